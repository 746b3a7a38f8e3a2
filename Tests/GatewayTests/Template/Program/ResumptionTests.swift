import FragmentProtocol
import NIOCore
import Testing

@testable import Gateway

/// However often a page is blocked, and in whatever order things arrive, its bytes are those of a run that never was.
struct ResumptionTests {
    @Test(arguments: 0..<300 as Range<UInt64>)
    func blockedPagesAreWholePages(seed: UInt64) throws {
        var writer = TemplateWriter(random: SeededRandom(seed: seed))
        let text = writer.template()
        let program = try templateProgram(text)
        let ready = runPage(program, TemplateWriter.host())
        #expect(ready.blocks == 0)
        var random = writer.random
        for _ in 0..<5 {
            var host = TemplateWriter.host()
            for name in TemplateWriter.things where Bool.random(using: &random) {
                host.pending[name] = Int.random(in: 1...4, using: &random)
            }
            var machine = PageMachine(program)
            var output = ByteBuffer()
            var isFinished = false
            for _ in 0..<10_000 where !isFinished {
                // Planning in between changes nothing.
                if Bool.random(using: &random) { machine.plan(host: &host) }
                switch machine.run(into: &output, host: &host) {
                case .finished: isFinished = true
                case .blocked(let ticket):
                    // Other things may arrive first, and the machine may be woken for nothing.
                    if let other = TemplateWriter.things.randomElement(using: &random),
                        host.pending[other, default: 0] > 0
                    {
                        host.pending[other, default: 0] -= 1
                    }
                    if Bool.random(using: &random) { host.complete(ticket) }
                }
            }
            #expect(isFinished)
            #expect(String(buffer: output) == ready.output, "\(text)")
        }
    }
}

/// Writes templates that compile, at random.
struct TemplateWriter {
    var random: SeededRandom
    private var names: [String] = []
    private var budget = 40

    init(random: SeededRandom) {
        self.random = random
    }

    /// What may be pending.
    static let things =
        ["query", "user", "page", "session", "now"]
        + ["a/one", "a/two", "a/gone", "a/data", "a/list"]
        + ["a/one?p=1", "a/one?p=2", "a/two?p=1", "a/data?p=1", "a/list?p=2", "a/data?p=x%20y", "a/one?p=Ada"]

    /// A host that has everything.
    static func host() -> FakePageHost {
        FakePageHost(
            fragments: ["a/one": "<one>", "a/two": "<two>"],
            data: ["a/data": ["name": "D", "n": 2, "list": ["x", "y"]], "a/list": [1, 2, 3]],
            roots: [
                .query: ["q": "x y", "n": "2", "list": [1, 2]], .user: ["name": "Ada"], .page: ["title": "T & t"],
                .session: ["csrf": "k"], .now: 0,
            ]
        )
    }

    /// A template.
    mutating func template() -> String {
        budget = 40
        names = []
        return nodes(depth: 0)
    }

    private mutating func nodes(depth: Int) -> String {
        let kept = names
        defer { names = kept }
        return (0..<Int.random(in: 1...6, using: &random)).map { _ in node(depth: depth) }.joined()
    }

    private mutating func node(depth: Int) -> String {
        budget -= 1
        let most = depth > 3 || budget < 0 ? 5 : 9
        switch Int.random(in: 0...most, using: &random) {
        case 0:
            return ["text ", "<b>é</b>", "<i title=\"{{ \(expression(1)) }}\">"].randomElement(using: &random) ?? ""
        case 1, 2: return "{{ \(expression(0)) }}"
        case 3:
            let name = ["m", "n", "o"].randomElement(using: &random) ?? ""
            defer { names.append(name) }
            return "{% set \(name) = \(expression(0)) %}"
        case 4:
            let name = ["d", "e"].randomElement(using: &random) ?? ""
            defer { names.append(name) }
            let what = ["a/data", "a/list", "a/gone"].randomElement(using: &random) ?? ""
            return "{% data \(name) = \"\(what)\"\(arguments()) %}"
        case 5:
            let what = ["a/one", "a/two", "a/gone"].randomElement(using: &random) ?? ""
            return "{% fragment \"\(what)\"\(arguments()) %}"
        case 6:
            return "{% if \(expression(0)) %}\(nodes(depth: depth + 1)){% else %}\(nodes(depth: depth + 1)){% endif %}"
        case 7:
            let source = ["query.list", "[1, 2]", "user", names.last ?? "none"].randomElement(using: &random) ?? ""
            names.append("x")
            return "{% for x in \(source) %}\(nodes(depth: depth + 1)){{ loop.index }}{% else %}-{% endfor %}"
        case 8:
            return "{% fragment \"a/gone\"\(arguments()) or %}\(nodes(depth: depth + 1)){% endfragment %}"
        default: return "{% block b\(abs(budget)) %}\(nodes(depth: depth + 1)){% csrf %}{% endblock %}"
        }
    }

    private mutating func arguments() -> String {
        Bool.random(using: &random) ? "" : " with p=\(expression(1))"
    }

    private mutating func expression(_ depth: Int) -> String {
        let leaves =
            ["1", "\"x y\"", "query.q", "query.n", "user.name", "page.title", "now", "query.none", "true"] + names
        guard depth < 3, Bool.random(using: &random) else { return leaves.randomElement(using: &random) ?? "1" }
        let (left, right) = (expression(depth + 1), expression(depth + 1))
        return switch Int.random(in: 0...6, using: &random) {
        case 0: "(\(left) ~ \(right))"
        case 1: "(\(left) or \(right))"
        case 2: "(\(left) and \(right))"
        case 3: "(\(left) if \(right) else 3)"
        case 4: "(\(left) == \(right))"
        case 5: "\(left)|default(\(right))"
        default: "[\(left), \(right)]|length"
        }
    }
}
