import FragmentProtocol
import Testing

@testable import Gateway

struct ActionPolicyTests {
    @Test(arguments: [
        (200, "application/json", true, ActionPolicy.BodyStep.read), (200, "application/json", false, .read),
        (201, "application/json; charset=utf-8", true, .read), (200, "text/html", true, .relay),
        (204, "application/json", true, .relay), (303, "application/json", true, .relay),
        (422, "application/json", true, .read), (422, "application/json", false, .relay),
        (422, "text/html", true, .relay), (401, "application/json", true, .replace),
        (403, "application/json", false, .relay), (403, "text/html", true, .relay), (500, "text/plain", true, .replace),
        (500, "text/plain", false, .relay),
    ])
    func bodyStep(status: Int, type: String, acceptsHTML: Bool, expected: ActionPolicy.BodyStep) {
        let step = ActionPolicy.bodyStep(
            status: status,
            headers: [("Content-Type", type)],
            acceptsHTML: acceptsHTML
        )
        #expect(step == expected)
    }

    private static let broken = ActionPolicy.Outcome.error(.failure(FetchFailure(.protocolError, "")))

    @Test(arguments: [
        (200, #"{"redirect": "/cart"}"#, true, ActionPolicy.Outcome.redirect(to: "/cart", .init(redirect: "/cart"))),
        (200, #"{"redirect": "//evil.example"}"#, true, broken),
        (200, #"{"redirect": "/a\r\nSet-Cookie: b"}"#, true, broken), (200, "{}", true, broken),
        (200, "nonsense", true, broken), (200, "", true, broken), (200, #"{"redirect": 5}"#, true, broken),
        (422, #"{"errors": {"a": "why"}}"#, true, .invalid(["a": "why"])), (422, "{}", true, .error(.status(422))),
        (200, #"{"redirect": "//evil.example"}"#, false, .asItIs(.init(redirect: "//evil.example"))),
        (200, "[1]", false, .asItIs(nil)),
    ])
    func outcome(status: Int, body: String, acceptsHTML: Bool, expected: ActionPolicy.Outcome) {
        let outcome = ActionPolicy.outcome(
            status: status,
            body: body.utf8,
            acceptsHTML: acceptsHTML,
            redirects: RedirectPolicy(origins: [])
        )
        #expect(outcome == expected)
    }
}
