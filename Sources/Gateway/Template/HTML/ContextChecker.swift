/// Follows the HTML of a page through its text and statements, and chooses the escaper of each printed value.
struct ContextChecker {
    /// How often a loop's body is read again with what its end says of its beginning, before it is refused.
    private static let mostRounds = 4

    private var diagnostics: DiagnosticCollector
    /// The last `<` that began something other than text.
    private var opening: SourcePlace

    /// The page with its escapers; reports places where no value can be printed, and branches that do not agree.
    static func check(
        _ nodes: [PageNode],
        path: String,
        file: Int,
        _ diagnostics: inout DiagnosticCollector
    ) -> [PageNode] {
        var checker = ContextChecker(diagnostics: diagnostics, opening: SourcePlace(file: file, offset: 0))
        var context = HTMLContext()
        let checked = checker.check(nodes, &context)
        if context.state != .text {
            checker.diagnostics.error(
                "the page \"\(path)\" ends \(context.description), which began here",
                at: checker.opening
            )
        }
        diagnostics = checker.diagnostics
        return checked
    }

    private mutating func check(_ nodes: [PageNode], _ context: inout HTMLContext) -> [PageNode] {
        var checked: [PageNode] = []
        for node in nodes {
            checked.append(PageNode(place: node.place, kind: check(node, &context)))
        }
        return checked
    }

    private mutating func check(_ node: PageNode, _ context: inout HTMLContext) -> PageNode.Kind {
        switch node.kind {
        case .text(let text):
            read(text, of: node.place.file, &context)
            return node.kind
        case .print(let expression, _):
            var escaper = Escaper.text
            do throws(HTMLContext.Refusal) {
                escaper = try context.escaper()
            } catch {
                diagnostics.error(error.message, at: node.place, suggestion: error.suggestion)
            }
            context = context.afterPrint()
            return .print(expression, escaper)
        case .set, .data: return node.kind
        case .csrf:
            requireText(context, "the hidden field of \"csrf\"", at: node.place)
            return .csrf
        case .scope(let nodes): return .scope(check(nodes, &context))
        case .fragment(let call, let otherwise):
            requireText(context, "a fragment", at: node.place)
            var end = context
            let body = check(otherwise, &end)
            if end != context {
                diagnostics.error(
                    "what stands for this fragment ends \(end.description)",
                    at: node.place,
                    suggestion: "it has to end where it begins"
                )
            }
            return .fragment(call, otherwise: body)
        case .condition(let branches, let otherwise):
            return checkCondition(branches, otherwise, at: node.place, &context)
        case .loop(let head, let body, let otherwise):
            return checkLoop(head, body, otherwise, at: node.place, &context)
        }
    }

    private mutating func read(_ text: ArraySlice<UInt8>, of file: Int, _ context: inout HTMLContext) {
        for offset in text.indices {
            let wasText = context.state == .text
            do throws(HTMLContext.Refusal) {
                try context.read(text[offset])
            } catch {
                let place = SourcePlace(file: file, offset: offset)
                diagnostics.error(error.message, at: place, suggestion: error.suggestion)
            }
            if wasText, context.state != .text { opening = SourcePlace(file: file, offset: offset) }
        }
    }

    private mutating func requireText(_ context: HTMLContext, _ what: String, at place: SourcePlace) {
        if context.state == .text { return }
        diagnostics.error(
            "\(what) cannot stand \(context.description)",
            at: place,
            suggestion: "it can stand where an element may"
        )
    }

    private mutating func checkCondition(
        _ branches: [ConditionBranch<PageNode>],
        _ otherwise: [PageNode],
        at place: SourcePlace,
        _ context: inout HTMLContext
    ) -> PageNode.Kind {
        var checked: [ConditionBranch<PageNode>] = []
        var ends: [HTMLContext] = []
        for branch in branches {
            var end = context
            checked.append(ConditionBranch(condition: branch.condition, body: check(branch.body, &end)))
            ends.append(end)
        }
        var end = context
        let checkedOtherwise = check(otherwise, &end)
        for other in ends.reversed() { end = join(other, end, "the branches of this \"if\"", at: place) }
        context = end
        return .condition(checked, otherwise: checkedOtherwise)
    }

    private mutating func checkLoop(
        _ head: LoopHead,
        _ body: [PageNode],
        _ otherwise: [PageNode],
        at place: SourcePlace,
        _ context: inout HTMLContext
    ) -> PageNode.Kind {
        let start = context
        let before = diagnostics
        // The body begins behind what is before the loop, and behind its own end.
        for _ in 0..<Self.mostRounds {
            var end = context
            let checked = check(body, &end)
            guard let joined = context.joined(with: end) else {
                diagnostics.error(
                    "the body of this \"for\" begins \(context.description) and ends \(end.description)",
                    at: place,
                    suggestion: "it has to end where it begins"
                )
                context = start
                return .loop(head, body: checked, otherwise: otherwise)
            }
            guard joined == context else {
                context = joined
                // What an earlier round found, the last one finds as well.
                diagnostics = before
                continue
            }
            var otherwiseEnd = start
            let checkedOtherwise = check(otherwise, &otherwiseEnd)
            context = join(context, otherwiseEnd, "the body and the \"else\" of this \"for\"", at: place)
            return .loop(head, body: checked, otherwise: checkedOtherwise)
        }
        diagnostics.error("the body of this \"for\" does not end where it begins", at: place)
        context = start
        return .loop(head, body: body, otherwise: otherwise)
    }

    private mutating func join(
        _ left: HTMLContext,
        _ right: HTMLContext,
        _ what: String,
        at place: SourcePlace
    ) -> HTMLContext {
        if let joined = left.joined(with: right) { return joined }
        diagnostics.error(
            "\(what) end in different places: one \(left.description), one \(right.description)",
            at: place,
            suggestion: "each has to end where the others do"
        )
        return left
    }
}
