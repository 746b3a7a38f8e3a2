/// Reads a file's statements.
///
/// What is wrong with a tag is reported, and reading goes on after the tag; an opening tag that is wrong still opens,
/// so that its end is not reported too.
struct TemplateParser {
    /// Statements nested deeper than this are refused, so that no stage runs out of stack.
    private static let deepest = 60

    /// A statement that is open, with the words that may go on with it or close it.
    private struct OpenStatement {
        let keyword: String
        let place: SourcePlace
        let continuations: [String]
        var end: String { "end\(keyword)" }
    }

    /// A tag that goes on with a statement or closes it.
    private struct Continuation {
        let word: String
        /// What stands after the word.
        var tokens: TokenReader
        let item: LexedTag
    }

    private let bytes: [UInt8]
    private let items: [LexedTag]
    private var index = 0
    private var open: [OpenStatement] = []
    private var tree = TemplateTree()
    private var blockPlaces: [String: SourcePlace] = [:]
    private var diagnostics: DiagnosticCollector

    /// Reads a file of the collector's.
    static func parse(_ file: Int, _ diagnostics: inout DiagnosticCollector) -> TemplateTree {
        let items = TemplateLexer.lex(file, &diagnostics).map { correctingKeyword(of: $0, &diagnostics) }
        var parser = TemplateParser(items: items, bytes: diagnostics.files[file].bytes, diagnostics: diagnostics)
        parser.tree.nodes = parser.parseBody()
        diagnostics = parser.diagnostics
        return parser.tree
    }

    private init(items: [LexedTag], bytes: [UInt8], diagnostics: DiagnosticCollector) {
        self.items = items
        self.bytes = bytes
        self.diagnostics = diagnostics
    }

    // MARK: Bodies

    /// Reads up to a word that goes on with or closes an open statement, or to the file's end.
    private mutating func parseBody() -> [TemplateNode] {
        var nodes: [TemplateNode] = []
        while index < items.count {
            let item = items[index]
            switch item.kind {
            case .text(let range):
                index += 1
                nodes.append(TemplateNode(place: item.place, kind: .text(bytes[range])))
            case .print(let tokens):
                index += 1
                if let node = parsePrint(tokens, item) { nodes.append(node) }
            case .statement(let tokens):
                if let word = Self.keyword(tokens), Self.closers.contains(word) {
                    if closes(word, at: item.place) { return nodes }
                    index += 1
                    continue
                }
                index += 1
                if let node = parseStatement(tokens, item, isFirst: isFirst(index - 1)) { nodes.append(node) }
            }
        }
        return nodes
    }

    /// Whether a closing word belongs to an open statement; reports what is wrong with it.
    private mutating func closes(_ word: String, at place: SourcePlace) -> Bool {
        guard let innermost = open.last else {
            diagnostics.error("\"\(word)\" closes nothing that is open here", at: place)
            return false
        }
        if innermost.end == word || innermost.continuations.contains(word) { return true }
        if open.contains(where: { $0.end == word || $0.continuations.contains(word) }) {
            // The innermost statement is reported as unclosed by the one that reads its end.
            return true
        }
        diagnostics.error(
            "\"\(word)\" does not belong to the \"\(innermost.keyword)\" that is open here",
            at: place,
            suggestion: "close that with \"{% \(innermost.end) %}\" first"
        )
        return false
    }

    private static let closers: Set<String> = ["elif", "else", "endif", "endfor", "endblock", "endfragment"]

    private static func keyword(_ tokens: [TemplateToken]) -> String? {
        if case .name(let word) = tokens.first?.kind { word } else { nil }
    }

    /// Whether nothing but space stands before this item.
    private func isFirst(_ index: Int) -> Bool {
        items[..<index].allSatisfy { item in
            if case .text(let range) = item.kind { bytes[range].allSatisfy(\.isTemplateSpace) } else { false }
        }
    }

    /// Reads a body, and then its end or, when it may go on otherwise, leaves the tag that does so.
    private mutating func parseBody(
        of keyword: String,
        at place: SourcePlace,
        continuations: [String] = []
    ) -> [TemplateNode] {
        guard open.count < Self.deepest else {
            diagnostics.error("statements are nested more than \(Self.deepest) deep", at: place)
            index = items.count
            return []
        }
        open.append(OpenStatement(keyword: keyword, place: place, continuations: continuations))
        defer { open.removeLast() }
        return parseBody()
    }

    /// Takes the tag that ended a body: nil when the statement was never closed, which is reported.
    private mutating func takeContinuation(
        of keyword: String,
        _ opener: LexedTag,
        allowed: [String]
    ) -> Continuation? {
        if index < items.count, case .statement(let tokens) = items[index].kind, let word = Self.keyword(tokens),
            allowed.contains(word)
        {
            index += 1
            var reader = TokenReader(tokens)
            reader.take()
            return Continuation(word: word, tokens: reader, item: items[index - 1])
        }
        let end = "close it with \"{% end\(keyword) %}\""
        report(TemplateFailure("this \"\(keyword)\" is never closed", at: opener.place, suggestion: end), in: opener)
        return nil
    }

    // MARK: Statements

    private mutating func report(_ failure: TemplateFailure, in item: LexedTag) {
        if item.isSound { diagnostics.error(failure) }
    }

    private mutating func parsePrint(_ tokens: [TemplateToken], _ item: LexedTag) -> TemplateNode? {
        var reader = TokenReader(tokens)
        if Self.isSuper(tokens) { return TemplateNode(place: item.place, kind: .parentBlock) }
        do throws(TemplateFailure) {
            var parser = ExpressionParser()
            let expression = try parser.parse(&reader)
            try reader.expectEnd(after: "the expression")
            return TemplateNode(place: item.place, kind: .print(expression))
        } catch {
            report(error, in: item)
            return nil
        }
    }

    private static func isSuper(_ tokens: [TemplateToken]) -> Bool {
        tokens.map(\.kind) == [.name("super"), .symbol(.openParenthesis), .symbol(.closeParenthesis), .end]
    }

    private mutating func parseStatement(_ tokens: [TemplateToken], _ item: LexedTag, isFirst: Bool) -> TemplateNode? {
        var reader = TokenReader(tokens)
        guard case .name(let keyword) = reader.next.kind else {
            let message = "expected a statement's name, but here is \(reader.next.description)"
            report(TemplateFailure(message, at: reader.next.place), in: item)
            return nil
        }
        let place = reader.take().place
        do throws(TemplateFailure) {
            switch keyword {
            case "extends": try parseExtends(&reader, at: place, isFirst: isFirst)
            case "block": return parseBlock(&reader, item)
            case "if": return parseCondition(&reader, item)
            case "for": return parseLoop(&reader, item)
            case "include":
                let reference = try parseReference(&reader, "the path of a template")
                return TemplateNode(place: place, kind: .include(reference))
            case "set":
                let name = try reader.expectName("after \"set\"")
                try reader.expect(.assign, "after the name")
                let expression = try parseExpression(&reader, "the value")
                return TemplateNode(place: place, kind: .set(name: name, expression))
            case "data": return try parseData(&reader, at: place)
            case "fragment": return parseFragment(&reader, item)
            case "csrf":
                try reader.expectEnd(after: "\"csrf\"")
                return TemplateNode(place: place, kind: .csrf)
            case "assets":
                throw TemplateFailure("\"assets\" is not supported by this version", at: place)
            default: break
            }
        } catch {
            report(error, in: item)
        }
        return nil
    }

    private static let statements = [
        "assets", "block", "csrf", "data", "extends", "for", "fragment", "if", "include", "raw", "set",
    ]

    /// The tag with the statement that is meant: an unknown one is reported, and taken for the nearest that exists.
    private static func correctingKeyword(of item: LexedTag, _ diagnostics: inout DiagnosticCollector) -> LexedTag {
        guard case .statement(var tokens) = item.kind, let word = keyword(tokens), !statements.contains(word),
            !closers.contains(word)
        else { return item }
        let nearest = NearestName.nearest(to: word, among: statements + closers.sorted())
        diagnostics.error(
            "there is no statement \"\(word)\"",
            at: tokens[0].place,
            suggestion: nearest.map { "did you mean \"\($0)\"?" }
        )
        tokens[0] = TemplateToken(kind: .name(nearest ?? word), place: tokens[0].place, end: tokens[0].end)
        return LexedTag(kind: .statement(tokens), place: item.place, isSound: false)
    }

    private func parseExpression(
        _ reader: inout TokenReader,
        _ what: String
    ) throws(TemplateFailure) -> TemplateExpression {
        var parser = ExpressionParser()
        let expression = try parser.parse(&reader)
        try reader.expectEnd(after: what)
        return expression
    }

    /// The condition or source of a statement that opens a body, which is read in any case.
    private mutating func parseHead(_ reader: inout TokenReader, _ what: String, _ item: LexedTag) -> TemplateExpression
    {
        do throws(TemplateFailure) {
            return try parseExpression(&reader, what)
        } catch {
            report(error, in: item)
            return TemplateExpression(unreadableAt: item.place)
        }
    }

    private func parseReference(
        _ reader: inout TokenReader,
        _ what: String
    ) throws(TemplateFailure) -> TemplateReference {
        let (path, place) = try reader.expectString(what)
        try reader.expectEnd(after: "the path")
        return TemplateReference(path: path, place: place)
    }

    private mutating func parseExtends(
        _ reader: inout TokenReader,
        at place: SourcePlace,
        isFirst: Bool
    ) throws(TemplateFailure) {
        let reference = try parseReference(&reader, "the path of a layout")
        guard isFirst else {
            let message = "\"extends\" has to be the first statement of the file"
            throw TemplateFailure(message, at: place)
        }
        tree.layout = reference
    }

    private mutating func parseBlock(_ reader: inout TokenReader, _ item: LexedTag) -> TemplateNode? {
        var name: String?
        do throws(TemplateFailure) {
            let namePlace = reader.next.place
            let found = try reader.expectName("after \"block\"")
            try reader.expectEnd(after: "the block's name")
            if let first = blockPlaces[found] {
                let line = diagnostics.position(first).line
                throw TemplateFailure("the block \"\(found)\" is already in line \(line)", at: namePlace)
            }
            blockPlaces[found] = namePlace
            name = found
        } catch {
            report(error, in: item)
        }
        let body = parseBody(of: "block", at: item.place)
        if var end = takeContinuation(of: "block", item, allowed: ["endblock"]) {
            // `{% endblock name %}` is read too, and has to name the block that it closes.
            if let name, !end.tokens.take(word: name), end.tokens.next.kind != .end {
                let message = "this closes the block \"\(name)\", but here is \(end.tokens.next.description)"
                report(TemplateFailure(message, at: end.tokens.next.place), in: end.item)
            } else if name != nil {
                expectEnd(end)
            }
        }
        return name.map { TemplateNode(place: item.place, kind: .block(name: $0, body: body)) }
    }

    private mutating func parseCondition(_ reader: inout TokenReader, _ item: LexedTag) -> TemplateNode? {
        var branches: [ConditionBranch<TemplateNode>] = []
        var condition = parseHead(&reader, "the condition", item)
        while true {
            let body = parseBody(of: "if", at: item.place, continuations: ["elif", "else"])
            branches.append(ConditionBranch(condition: condition, body: body))
            let next = takeContinuation(of: "if", item, allowed: ["elif", "else", "endif"])
            guard var next else { break }
            if next.word == "elif" {
                condition = parseHead(&next.tokens, "the condition", next.item)
                continue
            }
            expectEnd(next)
            guard next.word == "else" else { break }
            let otherwise = parseBody(of: "if", at: item.place)
            if let end = takeContinuation(of: "if", item, allowed: ["endif"]) { expectEnd(end) }
            return TemplateNode(place: item.place, kind: .condition(branches, otherwise: otherwise))
        }
        return TemplateNode(place: item.place, kind: .condition(branches, otherwise: []))
    }

    private mutating func expectEnd(_ tag: Continuation) {
        do throws(TemplateFailure) {
            let next = tag.tokens.next
            if tag.word == "else", next.kind == .name("if") {
                throw TemplateFailure("\"else\" takes nothing after it", at: next.place, suggestion: "write \"elif\"")
            }
            try tag.tokens.expectEnd(after: "\"\(tag.word)\"")
        } catch {
            report(error, in: tag.item)
        }
    }

    private mutating func parseLoop(_ reader: inout TokenReader, _ item: LexedTag) -> TemplateNode? {
        var names: [String] = []
        var source = TemplateExpression(unreadableAt: item.place)
        do throws(TemplateFailure) {
            names.append(try reader.expectName("after \"for\""))
            if reader.take(.comma) { names.append(try reader.expectName("after \",\"")) }
            guard reader.take(word: "in") else {
                let message = "expected \"in\" after the loop's name, but here is \(reader.next.description)"
                throw TemplateFailure(message, at: reader.next.place)
            }
            source = try parseExpression(&reader, "what is gone through")
        } catch {
            report(error, in: item)
        }
        let body = parseBody(of: "for", at: item.place, continuations: ["else"])
        var otherwise: [TemplateNode] = []
        if let next = takeContinuation(of: "for", item, allowed: ["else", "endfor"]) {
            expectEnd(next)
            if next.word == "else" {
                otherwise = parseBody(of: "for", at: item.place)
                if let end = takeContinuation(of: "for", item, allowed: ["endfor"]) { expectEnd(end) }
            }
        }
        guard let itemName = names.last else { return nil }
        let head = LoopHead(key: names.count == 2 ? names[0] : nil, item: itemName, source: source)
        return TemplateNode(place: item.place, kind: .loop(head, body: body, otherwise: otherwise))
    }

    private func parseData(_ reader: inout TokenReader, at place: SourcePlace) throws(TemplateFailure) -> TemplateNode {
        let name = try reader.expectName("after \"data\"")
        try reader.expect(.assign, "after the name")
        var parser = FragmentCallParser(keyword: "data")
        let call = try parser.parse(&reader)
        return TemplateNode(place: place, kind: .data(name: name, call))
    }

    private mutating func parseFragment(_ reader: inout TokenReader, _ item: LexedTag) -> TemplateNode? {
        var parser = FragmentCallParser(keyword: "fragment")
        var call: FragmentCall?
        do throws(TemplateFailure) {
            call = try parser.parse(&reader)
        } catch {
            report(error, in: item)
        }
        // A tag that could not be read to its end still opens a body when `or` is its last word.
        var otherwise: [TemplateNode] = []
        if parser.hasBody || (call == nil && reader.endsWithOr) {
            otherwise = parseBody(of: "fragment", at: item.place)
            if let end = takeContinuation(of: "fragment", item, allowed: ["endfragment"]) { expectEnd(end) }
        }
        return call.map { TemplateNode(place: item.place, kind: .fragment($0, otherwise: otherwise)) }
    }
}
