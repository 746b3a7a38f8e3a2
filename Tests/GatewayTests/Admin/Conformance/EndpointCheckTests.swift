import FragmentProtocol
import Testing

@testable import Gateway

@Suite("The check of a service's addresses")
struct EndpointCheckTests {
    private static let gone: Result<FetchResponse, FetchFailure> = .failure(FetchFailure(.reset, "gone"))
    private static let json = (name: "Content-Type", value: "application/json; charset=utf-8")
    private static let manifest = #"{"protocol":1,"service":"cart","version":"1","fragments":[],"more":1}"#

    @Test("A valid manifest is read, whatever more it says")
    func manifest() {
        let (manifest, findings) = EndpointCheck.manifest(.sample(200, [Self.json], Self.manifest), at: .sample)
        #expect(manifest?.service == "cart")
        #expect(findings == [])
        let (untyped, doubts) = EndpointCheck.manifest(.sample(200, [], Self.manifest), at: .sample)
        #expect(untyped?.service == "cart")
        #expect(doubts.begin(with: ["warning 1.1: the content type of the manifest is missing"]))
    }

    @Test(
        "A manifest that is none is found, with the place in it",
        arguments: [
            (404, "", ["error 1.1: the manifest is answered with status 404"]),
            (200, "[]", ["error 1.1: the manifest is not valid"]),
            (200, #"{"protocol":2}"#, ["error 1.1: the manifest is not valid: protocol: version 2 is not supported"]),
            (
                200,
                #"{"protocol":1,"service":"Cart","version":"1","fragments":[{"type":"a","params":[{"name":"n","type":"date","min":3}]}]}"#,
                [
                    "error 1.1: the manifest is not valid: service: ",
                    "error 2.2: the manifest is not valid: fragments[0].params[0].min: ",
                ]
            ),
        ]
    )
    func invalid(_ status: Int, _ body: String, _ expected: [String]) {
        let (manifest, findings) = EndpointCheck.manifest(.sample(status, [Self.json], body), at: .sample)
        #expect(manifest == nil)
        #expect(findings.begin(with: expected), "\(findings)")
    }

    @Test(
        "Health is 200, and what does not exist 404",
        arguments: [(200, true, false), (404, false, true), (500, false, false), (204, false, false)]
    )
    func plainAddresses(_ status: Int, _ isHealth: Bool, _ isUnknown: Bool) {
        let response = FetchResponse.sample(status)
        #expect(EndpointCheck.health(.success(response), at: .sample).isEmpty == isHealth)
        #expect(EndpointCheck.unknownType(.success(response), at: .sample).isEmpty == isUnknown)
    }

    @Test(
        "Other methods are refused",
        arguments: [
            (405, nil), (404, nil), (501, nil), (400, nil),
            (200, "error 1.4: POST is answered as if it were GET"), (204, "error 1.4: "), (302, "error 1.4: "),
            (500, "warning 1.4: POST is answered as if the service had failed"), (503, "warning 1.4: "),
        ] as [(Int, String?)]
    )
    func methods(_ status: Int, _ expected: String?) {
        let findings = EndpointCheck.method("POST", .success(status), at: .sample)
        #expect(findings.begin(with: expected.map { [$0] } ?? []), "\(findings)")
    }

    @Test(
        "Little time is no mistake of the request's",
        arguments: [(200, true), (204, true), (503, true), (504, true), (400, false), (408, false), (500, false)]
    )
    func deadline(_ status: Int, _ isFine: Bool) {
        #expect(EndpointCheck.deadline(.success(.sample(status)), at: .sample).isEmpty == isFine)
    }

    @Test("A field that nobody knows changes nothing")
    func unknownField() {
        #expect(EndpointCheck.unknownField(.success(.sample()), usual: .sample(), at: .sample) == [])
        let found = EndpointCheck.unknownField(.success(.sample(400)), usual: .sample(), at: .sample)
        #expect(found.map(\.section) == [.requestFields])
    }

    @Test("Assets are there")
    func assets() {
        #expect(EndpointCheck.asset(.success(.sample()), of: "mini", at: .sample) == [])
        let found = EndpointCheck.asset(.success(.sample(404)), of: "mini", at: .sample)
        #expect(found.begin(with: ["error 2.4: the asset of 'mini' is answered with status 404"]))
    }

    @Test("No answer is a finding everywhere")
    func failures() {
        let findings =
            EndpointCheck.health(Self.gone, at: .sample) + EndpointCheck.unknownType(Self.gone, at: .sample)
            + EndpointCheck.asset(Self.gone, of: "a", at: .sample) + EndpointCheck.deadline(Self.gone, at: .sample)
            + EndpointCheck.unknownField(Self.gone, usual: .sample(), at: .sample)
            + EndpointCheck.method("POST", .failure(FetchFailure(.reset, "gone")), at: .sample)
        #expect(findings.map(\.section) == [.health, .fragments, .examples, .deadline, .requestFields, .methods])
    }
}
