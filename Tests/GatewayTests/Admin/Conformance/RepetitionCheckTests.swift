import FragmentProtocol
import Testing

@testable import Gateway

@Suite("The check of equal requests")
struct RepetitionCheckTests {
    private static func tagged(_ tag: String?, _ body: String = "a", status: Int = 200) -> FetchResponse {
        .sample(status, tag.map { [("ETag", $0)] } ?? [], body)
    }

    @Test("Different bodies under one strong tag are found")
    func tags() {
        func findings(_ first: FetchResponse, _ second: FetchResponse) -> [CheckFinding] {
            RepetitionCheck.findings(first, second, at: .sample)
        }
        #expect(findings(Self.tagged("\"1\""), Self.tagged("\"1\"")) == [])
        #expect(findings(Self.tagged("\"1\""), Self.tagged("\"2\"", "b")) == [])
        #expect(findings(Self.tagged("W/\"1\""), Self.tagged("W/\"1\"", "b")) == [])
        #expect(findings(Self.tagged(nil), Self.tagged(nil, "b")) == [])
        let found = findings(Self.tagged("\"1\""), Self.tagged("\"1\"", "b"))
        #expect(found.begin(with: ["error 5.4: two answers have the ETag \"1\" and different bodies"]))
    }

    @Test(
        "A held copy is confirmed or replaced",
        arguments: [
            (FetchResponse.sample(304, [("ETag", "\"1\"")], ""), nil),
            (.sample(304, [], ""), nil),
            (.sample(304, [("ETag", "W/\"1\"")], ""), nil),
            (.sample(200, [("ETag", "\"2\"")], "b"), nil),
            (.sample(200, [], "b"), nil),
            (
                .sample(304, [("ETag", "\"2\"")], ""),
                "error 5.4: asked with If-None-Match: \"1\", the service answers 304"
            ),
            (
                .sample(200, [("ETag", "\"1\"")], "a"),
                "warning 5.4: asked with If-None-Match: \"1\", the service answers 200"
            ),
            (.sample(412, [], ""), "error 5.4: asked with If-None-Match: \"1\", the service answers 412"),
        ] as [(FetchResponse, String?)]
    )
    func revalidation(_ response: FetchResponse, _ expected: String?) {
        let findings = RepetitionCheck.revalidation(.success(response), of: Self.tagged("\"1\""), at: .sample)
        #expect(findings.begin(with: expected.map { [$0] } ?? []), "\(findings)")
    }

    @Test("No answer to a held copy is found, and without a tag there is nothing to ask")
    func withoutAnswer() {
        let failure: Result<FetchResponse, FetchFailure> = .failure(FetchFailure(.timeout, "late"))
        #expect(RepetitionCheck.revalidation(failure, of: Self.tagged("\"1\""), at: .sample).count == 1)
        #expect(RepetitionCheck.revalidation(failure, of: Self.tagged(nil), at: .sample) == [])
    }

    @Test("A copy that was never given is not confirmed")
    func foreignTag() {
        #expect(RepetitionCheck.foreignTag(.success(Self.tagged("\"1\"")), at: .sample) == [])
        let found = RepetitionCheck.foreignTag(.success(Self.tagged(nil, "", status: 304)), at: .sample)
        #expect(found.begin(with: ["error 5.4: asked with If-None-Match of a copy that the service never gave"]))
    }
}
