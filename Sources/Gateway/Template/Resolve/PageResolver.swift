/// Puts layouts, blocks and includes together into one tree a page.
struct PageResolver {
    /// A page of more pieces than this is refused: includes in includes can grow without bound.
    private static let mostNodes = 100_000
    /// Includes within includes deeper than this are refused.
    private static let deepestInclude = 40

    /// The blocks of a template and its layouts, while it is put together.
    private struct Inheritance {
        /// The bodies of each block, that of the furthest child first.
        var bodies: [String: [[TemplateNode]]] = [:]
        /// The blocks within which the present place lies, with how far up the layouts each has gone.
        var active: [(name: String, level: Int)] = []
    }

    private let trees: [String: TemplateTree]
    private var diagnostics: DiagnosticCollector
    /// The templates within which the present place lies, the page itself first.
    private var chain: [String] = []
    private var nodeCount = 0
    /// All templates that have been on the chain.
    private var parts: Set<String> = []

    /// The whole page of a template, and the templates of which it is made.
    static func resolve(
        _ path: String,
        in trees: [String: TemplateTree],
        _ diagnostics: inout DiagnosticCollector
    ) -> (nodes: [PageNode], parts: Set<String>) {
        var resolver = PageResolver(trees: trees, diagnostics: diagnostics)
        let nodes = resolver.template(path)
        diagnostics = resolver.diagnostics
        return (nodes, resolver.parts)
    }

    private init(trees: [String: TemplateTree], diagnostics: DiagnosticCollector) {
        self.trees = trees
        self.diagnostics = diagnostics
    }

    // MARK: Templates

    /// A template with its layouts, at the place where it is included or as the page itself.
    private mutating func template(_ path: String) -> [PageNode] {
        guard let lineage = lineage(of: path) else { return [] }
        defer { chain.removeLast(lineage.count) }
        var inheritance = Inheritance()
        for (index, tree) in lineage.enumerated() {
            if tree.layout != nil { checkBlocks(of: tree, above: lineage[(index + 1)...]) }
            collectBlocks(of: tree.nodes, into: &inheritance.bodies)
        }
        var nodes: [PageNode] = []
        for tree in lineage.dropLast() { nodes += prologue(tree, &inheritance) }
        if let root = lineage.last { nodes += expand(root.nodes, &inheritance) }
        return nodes
    }

    /// The template and the layouts above it, which are put on the chain.
    ///
    /// Nil when one is missing or in itself.
    private mutating func lineage(of path: String) -> [TemplateTree]? {
        guard let first = trees[path] else { return nil }
        chain.append(path)
        parts.insert(path)
        var lineage = [first]
        while let layout = lineage[lineage.count - 1].layout {
            guard enter(layout, verb: "extend"), let tree = trees[layout.path] else {
                chain.removeLast(lineage.count)
                return nil
            }
            lineage.append(tree)
        }
        return lineage
    }

    /// Puts a template on the chain; false, and reported, when that cannot be.
    private mutating func enter(_ reference: TemplateReference, verb: String) -> Bool {
        guard trees[reference.path] != nil else {
            diagnostics.error(
                "there is no template \"\(reference.path)\"",
                at: reference.place,
                suggestion: NearestName.suggestion(for: reference.path, among: trees.keys.sorted())
            )
            return false
        }
        if let start = chain.firstIndex(of: reference.path) {
            let cycle = (chain[start...] + [reference.path]).joined(separator: " → ")
            diagnostics.error("templates \(verb) each other in a circle: \(cycle)", at: reference.place)
            return false
        }
        guard chain.count < Self.deepestInclude else {
            diagnostics.error("templates lie more than \(Self.deepestInclude) deep in one another", at: reference.place)
            return false
        }
        chain.append(reference.path)
        parts.insert(reference.path)
        return true
    }

    // MARK: Blocks

    private func collectBlocks(of nodes: [TemplateNode], into bodies: inout [String: [[TemplateNode]]]) {
        for node in nodes {
            switch node.kind {
            case .block(let name, let body):
                bodies[name, default: []].append(body)
                collectBlocks(of: body, into: &bodies)
            case .condition(let branches, let otherwise):
                for branch in branches { collectBlocks(of: branch.body, into: &bodies) }
                collectBlocks(of: otherwise, into: &bodies)
            case .loop(_, let body, let otherwise):
                collectBlocks(of: body, into: &bodies)
                collectBlocks(of: otherwise, into: &bodies)
            case .fragment(_, let otherwise): collectBlocks(of: otherwise, into: &bodies)
            default: break
            }
        }
    }

    /// Reports blocks for which no layout above has a place.
    private mutating func checkBlocks(of tree: TemplateTree, above: ArraySlice<TemplateTree>) {
        var known: [String: [[TemplateNode]]] = [:]
        for tree in above { collectBlocks(of: tree.nodes, into: &known) }
        for node in tree.nodes {
            guard case .block(let name, _) = node.kind, known[name] == nil else { continue }
            diagnostics.error(
                "the layout has no block \"\(name)\"",
                at: node.place,
                suggestion: NearestName.suggestion(for: name, among: known.keys.sorted())
            )
        }
    }

    /// What a template with a layout does before the page begins: names that it sets, data that it asks for.
    private mutating func prologue(_ tree: TemplateTree, _ inheritance: inout Inheritance) -> [PageNode] {
        var nodes: [PageNode] = []
        for node in tree.nodes {
            switch node.kind {
            case .block: break
            case .text(let text) where text.allSatisfy(\.isTemplateSpace): break
            case .set, .data: nodes += expand([node], &inheritance)
            default:
                let place =
                    if case .text(let text) = node.kind {
                        SourcePlace(
                            file: node.place.file,
                            offset: text.firstIndex { !$0.isTemplateSpace } ?? text.startIndex
                        )
                    } else {
                        node.place
                    }
                diagnostics.error(
                    "this stands in no block of the layout, so no page would show it",
                    at: place,
                    suggestion: "only \"block\", \"set\" and \"data\" can stand here"
                )
            }
        }
        return nodes
    }

    // MARK: Nodes

    private mutating func expand(_ nodes: [TemplateNode], _ inheritance: inout Inheritance) -> [PageNode] {
        nodes.compactMap { node in expand(node, &inheritance).map { PageNode(place: node.place, kind: $0) } }
    }

    private mutating func expand(_ node: TemplateNode, _ inheritance: inout Inheritance) -> PageNode.Kind? {
        nodeCount += 1
        if nodeCount > Self.mostNodes {
            if nodeCount == Self.mostNodes + 1 {
                let page = chain.first ?? ""
                diagnostics.error("the page \(page) has more than \(Self.mostNodes) pieces", at: node.place)
            }
            return nil
        }
        switch node.kind {
        case .text(let text): return .text(text)
        case .print(let expression): return .print(expression, .text)
        case .set(let name, let expression): return .set(name: name, expression)
        case .data(let name, let call): return .data(name: name, call)
        case .csrf: return .csrf
        case .fragment(let call, let otherwise):
            return .fragment(call, otherwise: expand(otherwise, &inheritance))
        case .condition(let branches, let otherwise):
            var expanded: [ConditionBranch<PageNode>] = []
            for branch in branches {
                let body = expand(branch.body, &inheritance)
                expanded.append(ConditionBranch(condition: branch.condition, body: body))
            }
            return .condition(expanded, otherwise: expand(otherwise, &inheritance))
        case .loop(let head, let body, let otherwise):
            let body = expand(body, &inheritance)
            return .loop(head, body: body, otherwise: expand(otherwise, &inheritance))
        case .block(let name, _): return block(name, level: 0, at: node.place, &inheritance)
        case .parentBlock:
            guard let block = inheritance.active.last else {
                diagnostics.error("\"super()\" stands in no block", at: node.place)
                return nil
            }
            return self.block(block.name, level: block.level + 1, at: node.place, &inheritance)
        case .include(let reference):
            guard enter(reference, verb: "include") else { return nil }
            // The chain has the template already for the check; `template` puts it there by itself.
            chain.removeLast()
            return .scope(template(reference.path))
        }
    }

    private mutating func block(
        _ name: String,
        level: Int,
        at place: SourcePlace,
        _ inheritance: inout Inheritance
    ) -> PageNode.Kind? {
        guard let bodies = inheritance.bodies[name], bodies.indices.contains(level) else {
            diagnostics.error("no layout above has a block \"\(name)\" for \"super()\" to print", at: place)
            return nil
        }
        if level == 0, inheritance.active.contains(where: { $0.name == name }) {
            diagnostics.error("the block \"\(name)\" would contain itself", at: place)
            return nil
        }
        inheritance.active.append((name, level))
        defer { inheritance.active.removeLast() }
        return .scope(expand(bodies[level], &inheritance))
    }
}
