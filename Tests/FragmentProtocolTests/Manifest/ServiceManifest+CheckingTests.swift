import FragmentProtocol
import Testing

@Suite("ServiceManifest, checking")
struct ServiceManifestCheckingTests {
    /// The places of the problems of a manifest with these fragments.
    private func paths(_ fragments: FragmentDeclaration...) -> [String] {
        ServiceManifest(service: "a", version: "1", fragments: fragments).problems().map(\.path)
    }

    /// The places of the problems of a fragment with this parameter.
    private func paths(of parameter: ParameterDeclaration) -> [String] {
        paths(FragmentDeclaration(type: "f", params: [parameter])).map {
            String($0.dropFirst("fragments[0].params[0].".count))
        }
    }

    @Test("finds every mistake at once")
    func all() {
        let manifest = ServiceManifest(
            service: "A b",
            version: "",
            fragments: [
                FragmentDeclaration(
                    type: "x",
                    params: [.string("q"), .string("q"), .string("1")],
                    varies: [.user, .header("A")],
                    cache: "public",
                    tags: ["a b"],
                    assets: ["//host/x.css", "x.css", "/a b", "/ok.css"],
                    examples: [[:], ["q": "1", "1": "2"]]
                ),
                FragmentDeclaration(type: "x"),
            ],
            protocolVersion: 9
        )
        #expect(
            manifest.problems().map(\.path) == [
                "protocol", "service", "version", "fragments[0].params[1].name", "fragments[0].params[2].name",
                "fragments[0].varies[1]", "fragments[0].cache", "fragments[0].tags[0]", "fragments[0].assets[0]",
                "fragments[0].assets[1]", "fragments[0].assets[2]", "fragments[0].examples[0]", "fragments[1].type",
            ]
        )
    }

    @Test(
        "a fallback is a fragment of the same manifest that anybody can be shown",
        arguments: [
            ("plain", nil),
            ("other", "\"other\" is none of this manifest's fragments"),
            ("data", "\"data\" is data, and cannot be shown"),
            ("own", "\"own\" varies by who asks, and is fetched for nobody"),
            ("needy", "\"needy\" has required parameters"),
            ("second", "\"second\" has a fallback itself"),
            ("f", "\"f\" has a fallback itself"),
        ]
    )
    func fallbacks(type: String, problem: String?) {
        let manifest = ServiceManifest(
            service: "a",
            version: "1",
            fragments: [
                FragmentDeclaration(type: "f", fallback: type),
                FragmentDeclaration(type: "plain", params: [.integer("n", default: 1, range: 0...2)]),
                FragmentDeclaration(type: "data", content: .json),
                FragmentDeclaration(type: "own", varies: [.user]),
                FragmentDeclaration(type: "needy", params: [.string("q")]),
                FragmentDeclaration(type: "second", fallback: "plain"),
            ]
        )
        #expect(
            manifest.problems().map(\.description) == (problem.map { ["fragments[0].fallback: \($0)"] } ?? [])
        )
    }

    @Test("data has no fallback")
    func fallbackOfData() {
        #expect(
            paths(
                FragmentDeclaration(type: "d", content: .json, fallback: "p"),
                FragmentDeclaration(type: "p")
            ) == ["fragments[0].fallback"]
        )
    }

    @Test("checks bounds, choices and defaults")
    func parameters() {
        #expect(paths(of: .integer("a", default: 3, range: 1...3)) == [])
        #expect(paths(of: .integer("a", default: 4, range: 1...3)) == ["default"])
        #expect(paths(of: .init(name: "a", type: .integer, default: "x")) == ["default"])
        #expect(paths(of: .init(name: "a", type: .integer, default: 1.5)) == ["default"])
        #expect(paths(of: .init(name: "a", type: .integer, min: 3, max: 1)) == ["max"])
        #expect(paths(of: .init(name: "a", type: .integer, min: "1")) == ["min"])
        #expect(paths(of: .init(name: "a", type: .number, default: 1, min: 0, max: 2)) == [])
        #expect(paths(of: .init(name: "a", type: .number, default: 3, min: 0.5, max: 2)) == ["default"])
        #expect(paths(of: .init(name: "a", type: .boolean, min: true)) == ["min"])
        #expect(paths(of: .init(name: "a", type: .boolean, default: "true")) == ["default"])
        #expect(paths(of: .init(name: "a", type: .string, min: -1)) == ["min"])
        #expect(paths(of: .string("a", default: "abc", length: 0...2)) == ["default"])
        #expect(paths(of: .string("a", default: "c", choices: ["a", "b"])) == ["default"])
        #expect(paths(of: .string("a", choices: [])) == ["enum"])
        #expect(paths(of: .init(name: "a", type: .integer, choices: [1, "b"])) == ["enum[1]"])
        #expect(paths(of: .date("a", default: "2026-02-29")) == ["default"])
        #expect(paths(of: .date("a", range: "2026-12-01"..."2026-13-01")) == ["max"])
        #expect(paths(of: .string("a", default: "", required: true)) == ["required"])
        #expect(paths(of: .string("a", default: "", required: false)) == [])
    }

    @Test("gives examples the checks of requests")
    func examples() {
        let params: [ParameterDeclaration] = [.integer("n", range: 1...3)]
        #expect(paths(FragmentDeclaration(type: "f", params: params, examples: [["n": 2]])) == [])
        #expect(
            paths(FragmentDeclaration(type: "f", params: params, examples: [["n": 4]])) == ["fragments[0].examples[0]"]
        )
    }
}
