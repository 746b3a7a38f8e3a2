import NIOCore
import Testing

@testable import Gateway

/// Whatever the text is, compiling it ends with a page or with errors.
struct TemplateFuzzTests {
    private static let pieces = [
        "{{", "}}", "{%", "%}", "{#", "#}", " ", "\n", "if", "else", "elif", "endif", "for", "in", "endfor", "x",
        "loop.index", "set",
        "=", "==", "block", "endblock", "extends", "include", "\"b.html\"", "fragment", "\"cart/mini\"", "with", "a=1",
        ",", "or",
        "endfragment", "primary", "timeout", "300ms", "data", "raw", "endraw", "csrf", "super()", "|", "upper", "safe",
        "(", ")", "[",
        "]", ".", "1", "1.5", "-", "not", "and", "'", "\"", "\\", "<", ">", "</", "<p", "<script>", "</script>",
        "<style>", "<!--",
        "-->", "a=\"", "href=\"", "javascript:", "/", "`", "${", "é", "\u{0}", "asset(\"x\")", "none", "true", "map",
        "date(\"%", "%",
    ]

    private func check(_ text: String) {
        let templates = [
            TemplateSource(path: "a.html", text: text),
            TemplateSource(path: "b.html", text: "b{% block x %}{% endblock %}"),
        ]
        do throws(TemplateDiagnostics) {
            let set = try TemplateCompiler.compile(templates)
            for program in set.programs.values {
                var host = FakePageHost(roots: [.query: ["x": [1, 2]]])
                var machine = PageMachine(program)
                machine.plan(host: &host)
                var output = ByteBuffer()
                #expect(machine.run(into: &output, host: &host) == .finished)
            }
        } catch {
            #expect(error.items.contains { $0.severity == .error })
            #expect(!error.description.isEmpty)
        }
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func survivesRandomPieces(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<25 {
            let count = Int.random(in: 0...40, using: &random)
            check((0..<count).map { _ in Self.pieces.randomElement(using: &random) ?? "" }.joined())
        }
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func survivesRandomBytes(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<25 {
            let bytes = (0..<Int.random(in: 0...200, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            check(String(decoding: bytes, as: UTF8.self))
            check("{{" + String(decoding: bytes, as: UTF8.self) + "}}")
        }
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func survivesMutatedTemplates(seed: UInt64) {
        var writer = TemplateWriter(random: SeededRandom(seed: seed &+ 1000))
        for _ in 0..<10 {
            var bytes = Array(writer.template().utf8)
            for _ in 0..<Int.random(in: 1...4, using: &writer.random) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &writer.random)
                switch Int.random(in: 0...3, using: &writer.random) {
                case 0: bytes.remove(at: place)
                case 1: bytes[place] = UInt8.random(in: 0...255, using: &writer.random)
                case 2:
                    bytes.insert(contentsOf: (Self.pieces.randomElement(using: &writer.random) ?? "").utf8, at: place)
                default:
                    let end = Int.random(in: place..<bytes.count, using: &writer.random)
                    bytes.removeSubrange(place...min(end, place + 30))
                }
            }
            check(String(decoding: bytes, as: UTF8.self))
        }
    }
}
