import FragmentProtocol
import Testing

@Suite("FragmentReference")
struct FragmentReferenceTests {
    @Test(
        "reads references",
        arguments: [
            ("cart/mini", "/internal/fragments/mini", "cart/mini"),
            ("cart/mini?", "/internal/fragments/mini", "cart/mini"),
            ("cart/mini?limit=3", "/internal/fragments/mini?limit=3", "cart/mini?limit=3"),
            (
                "blog/post-list?tag=b&page=2", "/internal/fragments/post-list?page=2&tag=b",
                "blog/post-list?page=2&tag=b"
            ),
            ("blog/posts?q=a?b", "/internal/fragments/posts?q=a%3Fb", "blog/posts?q=a%3Fb"),
        ]
    )
    func reads(_ text: String, _ path: String, _ canonical: String) throws {
        let reference = try FragmentReference(parsing: text)
        #expect(reference.path == path)
        #expect(reference.canonical == canonical)
        #expect(try FragmentReference(path: path, service: reference.name.service) == reference)
    }

    @Test(
        "refuses malformed references",
        arguments: [
            ("cart", FragmentSyntaxError.Code.badName), ("?a=1", .badName), ("cart/mini/x?a=1", .badName),
            ("cart/mini#x", .badName), ("http://x/y", .badName), ("cart/mini?a=%", .badPercentEncoding),
            ("cart/mini?a=1&a=1", .duplicateParameter),
        ]
    )
    func refuses(_ text: String, _ code: FragmentSyntaxError.Code) {
        #expect(throws: FragmentSyntaxError(code, "")) { try FragmentReference(parsing: text) }
    }

    @Test(
        "refuses paths of other things",
        arguments: [
            ("/internal/fragments", FragmentSyntaxError.Code.badPath), ("/internal/fragments/", .badName),
            ("/internal/fragments/a/b", .badName), ("/internal/fragments/..", .badName),
            ("/internal/fragments//mini", .badName), ("/internal/fragments/%6dini", .badName),
            ("/internal/health", .badPath), ("internal/fragments/mini", .badPath), ("", .badPath),
            ("http://host/internal/fragments/mini", .badPath), ("/Internal/fragments/mini", .badPath),
        ]
    )
    func refusesPaths(_ path: String, _ code: FragmentSyntaxError.Code) {
        #expect(throws: FragmentSyntaxError(code, "")) { try FragmentReference(path: path, service: "cart") }
    }

    @Test("parses what it prints", arguments: 0..<200 as Range<UInt64>)
    func roundTrip(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let name = try #require(FragmentName(service: random.name(), type: random.name()))
        let pairs = (0..<3).map { _ in (name: random.anyText(upTo: 3), value: random.anyText(upTo: 6)) }
        let reference = FragmentReference(name: name, parameters: FragmentParameters(pairs))
        #expect(try FragmentReference(parsing: reference.canonical) == reference)
        #expect(try FragmentReference(path: reference.path, service: name.service) == reference)
    }

    @Test("never fails but with its error", arguments: 0..<300 as Range<UInt64>)
    func fuzz(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let text = random.mutated("cart/mini?limit=3&q=%C3%A9")
        do throws(FragmentSyntaxError) {
            let reference = try FragmentReference(parsing: text)
            #expect(reference.canonical.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
        } catch {
            #expect(!error.message.contains("\n"))
        }
    }
}
