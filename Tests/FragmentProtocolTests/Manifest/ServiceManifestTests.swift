import FragmentProtocol
import Testing

@Suite("ServiceManifest")
struct ServiceManifestTests {
    /// The manifest that the protocol's page shows.
    static let documented = """
        { "protocol": 1, "service": "cart", "version": "2026.11.3",
          "fragments": [ { "type": "mini", "title": "Cart badge", "content": "html",
            "params": [ {"name": "limit", "type": "integer", "default": 3, "min": 1, "max": 20} ],
            "varies": ["user"], "cache": "private, max-age=10", "tags": ["cart"],
            "assets": ["/static/cart.css"], "examples": [ {"limit": 3} ] } ] }
        """

    /// The same, written in Swift.
    static let written = ServiceManifest(
        service: "cart",
        version: "2026.11.3",
        fragments: [
            FragmentDeclaration(
                type: "mini",
                title: "Cart badge",
                params: [.integer("limit", default: 3, range: 1...20)],
                varies: [.user],
                cache: "private, max-age=10",
                tags: ["cart"],
                assets: ["/static/cart.css"],
                examples: [["limit": 3]]
            )
        ]
    )

    @Test("reads the documented manifest")
    func reads() throws {
        let manifest = try ServiceManifest.decode(from: Self.documented.utf8)
        #expect(manifest == Self.written)
        #expect(manifest.fragment("mini")?.isPersonal == true)
        #expect(manifest.fragment("maxi") == nil)
    }

    @Test("takes what is not said for the usual, and leaves out what it does not know")
    func defaults() throws {
        let json = #"""
            {"protocol":1,"service":"a","version":"1","later":{},"fragments":[{"type":"b","later":1,
            "params":[{"name":"n","type":"number","default":3},{"name":"m","type":"string","required":false}]}]}
            """#
        let manifest = try ServiceManifest.decode(from: json.utf8)
        let params: [ParameterDeclaration] = [.number("n", default: 3), .string("m", required: false)]
        #expect(
            manifest
                == ServiceManifest(
                    service: "a",
                    version: "1",
                    fragments: [FragmentDeclaration(type: "b", params: params)]
                )
        )
    }

    @Test(
        "says where a manifest is wrong",
        arguments: [
            ("", ""), ("[]", ""), ("{}", "protocol"), (#"{"protocol":"1"}"#, "protocol"),
            (#"{"protocol":2}"#, "protocol"), (#"{"protocol":1}"#, "service"),
            (#"{"protocol":1,"service":"a","version":"1"}"#, "fragments"),
            (#"{"protocol":1,"service":"a","version":1,"fragments":[]}"#, "version"),
            (#"{"protocol":1,"service":"a","version":"1","fragments":[{}]}"#, "fragments[0].type"),
            (
                #"{"protocol":1,"service":"a","version":"1","fragments":[{"type":"b","content":"xml"}]}"#,
                "fragments[0].content"
            ),
            (
                #"{"protocol":1,"service":"a","version":"1","fragments":[{"type":"b","varies":["user","moon"]}]}"#,
                "fragments[0].varies[1]"
            ),
            (
                #"{"protocol":1,"service":"a","version":"1","fragments":[{"type":"b","params":[{"name":"x"}]}]}"#,
                "fragments[0].params[0].type"
            ),
            (
                #"""
                {"protocol":1,"service":"a","version":"1",
                "fragments":[{"type":"b","params":[{"name":"x","type":"integer","default":[]}]}]}
                """#,
                "fragments[0].params[0].default"
            ),
            (#"{"protocol":1,"service":"A","version":"1","fragments":[]}"#, "service"),
        ]
    )
    func refuses(_ json: String, _ path: String) throws {
        let error = try #require(throws: ManifestError.self) { try ServiceManifest.decode(from: json.utf8) }
        #expect(error.problems.map(\.path) == [path])
        #expect(error.problems.allSatisfy { !$0.message.isEmpty })
    }

    @Test("does not write a manifest that no gateway would take")
    func refusesToWrite() {
        #expect(throws: ManifestError.self) {
            try ServiceManifest(service: "Cart", version: "1", fragments: []).encoded()
        }
    }

    @Test("parses what it prints", arguments: 0..<200 as Range<UInt64>)
    func roundTrip(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let fragments = (0..<Int.random(in: 0...4, using: &random)).map { index in
            FragmentDeclaration(
                type: "\(random.name())-\(index)",
                title: random.anyText(upTo: 8),
                content: random.pick([.html, .json]),
                params: random.pick([
                    [],
                    [.string("q", default: random.anyText(upTo: 4)), .integer("n", default: 2, range: 1...3)],
                    [.number("x", default: random.pick([0, 2, 0.5]), range: 0...2), .boolean("b")],
                    [.date("d", default: "2026-02-28", range: "2026-01-01"..."2026-12-31")],
                    [.string("s", length: 1...5, choices: ["a", "b"]), .string("t", required: false)],
                ]),
                varies: random.pick([[], [.user], [.session, .language, .role, .header("x-kind")]]),
                cache: random.pick([nil, "private, max-age=10", "no-store"]),
                tags: random.pick([[], ["a", "b:c"]]),
                assets: random.pick([[], ["/a.css", "/b.js?v=1"]])
            )
        }
        let manifest = ServiceManifest(service: random.name(), version: "1", fragments: fragments)
        let bytes = try manifest.encoded()
        #expect(try ServiceManifest.decode(from: bytes) == manifest)
        #expect(try ServiceManifest.decode(from: bytes).encoded() == bytes)
    }

    @Test("never fails but with its error", arguments: 0..<500 as Range<UInt64>)
    func fuzz(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let text = random.mutated(Self.documented)
        do throws(ManifestError) {
            let manifest = try ServiceManifest.decode(from: text.utf8)
            #expect(try ServiceManifest.decode(from: try manifest.encoded()) == manifest)
        } catch {
            #expect(!error.problems.isEmpty)
            #expect(!error.description.isEmpty)
        }
    }
}
