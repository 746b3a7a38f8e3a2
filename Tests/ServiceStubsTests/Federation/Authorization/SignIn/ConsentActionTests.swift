import Foundation
import FragmentProtocol
import Hummingbird
import HummingbirdTesting
import Testing

@testable import ServiceStubs

/// Whether somebody lets a client know them that is not of the site.
struct ConsentActionTests {
    private typealias Harness = AuthorizationHarness

    private func answer(_ response: TestResponse) throws -> ActionAnswer {
        try ActionAnswer.decode(from: response.body.readableBytesView)
    }

    private func ask(_ harness: Harness, _ changes: [String: String?] = [:]) async throws -> TestResponse {
        try await harness.get(
            "/oauth/authorize?" + Harness.parameters(client: "reader", changes),
            as: harness.robin()
        )
    }

    /// Where the page that follows a form goes on.
    private func next(_ harness: Harness, _ request: String) async throws -> String {
        let response = try await harness.get("/internal/fragments/sign-in?request=" + request)
        let json = try #require(try JSONSerialization.jsonObject(with: Data(response.text.utf8)) as? [String: Any])
        return try #require(json["next"] as? String)
    }

    @Test func whoAgreesGoesOnAndIsNotAskedAgain() async throws {
        let harness = try Harness()
        let request = try #require(try harness.location(of: try await ask(harness))["request"])
        let allowed = try await harness.post("/consent", "answer=allow&request=" + request, as: harness.robin())
        // No form may lead to another site, so that a page goes on from there.
        #expect(try answer(allowed).redirect == "/sign-in/continue?request=" + request)
        let next = try await harness.get(try await next(harness, request), as: harness.robin())
        #expect(next["Location"]?.hasPrefix("http://reader.localhost:8080/auth/callback?code=") == true)
        #expect(try harness.location(of: try await ask(harness))["code"] != nil)
        // More than before is another question.
        let more = try await ask(harness, ["scope": "openid profile email offline_access"])
        #expect(more["Location"]?.hasPrefix("/consent?") == true)
    }

    @Test func whoDoesNotAgreeGoesBack() async throws {
        let harness = try Harness()
        let request = try #require(try harness.location(of: try await ask(harness))["request"])
        let denied = try await harness.post("/consent", "answer=deny&request=" + request, as: harness.robin())
        #expect(try answer(denied).redirect == "/sign-in/continue?request=" + request)
        let next = try await harness.get(try await next(harness, request), as: harness.robin())
        #expect(try harness.location(of: next)["error"] == "access_denied")
        #expect(try harness.location(of: next)["state"] == "state-1")
        #expect(try await ask(harness)["Location"]?.hasPrefix("/consent?") == true)
    }

    /// Only whoever is signed in can agree, and for themselves.
    @Test func nobodyAgreesForAnother() async throws {
        let harness = try Harness()
        let request = try #require(try harness.location(of: try await ask(harness))["request"])
        for identity in [nil, StubHarness.guest] {
            let response = try await harness.post("/consent", "answer=allow&request=" + request, as: identity)
            #expect(response.status == .unprocessableContent)
        }
        let edith = Identity(subject: "user-2", sessionHash: "e", authenticatedAt: harness.clock.now, methods: ["pwd"])
        _ = try await harness.post("/consent", "answer=allow&request=" + request, as: edith)
        let path = "/oauth/authorize?client_id=reader&request_uri=" + PushedRequestEndpoint.prefix + request
        #expect(try await harness.get(path, as: harness.robin())["Location"]?.hasPrefix("/consent?") == true)
    }

    @Test func theFragmentSaysWhoAsksForWhat() async throws {
        let harness = try Harness()
        let request = try #require(try harness.location(of: try await ask(harness))["request"])
        let path = "/internal/fragments/consent?request=" + request
        let response = try await harness.get(path, as: harness.robin())
        #expect(response["Cache-Control"] == "no-store")
        let json = try #require(try JSONSerialization.jsonObject(with: Data(response.text.utf8)) as? [String: Any])
        #expect(json["client"] as? String == "The Reader")
        #expect(json["host"] as? String == "reader.localhost:8080")
        #expect(json["person"] as? String == "Robin Hale")
        #expect((json["scopes"] as? [String])?.count == 3)
        #expect(try await harness.get(path).text == "{\"scopes\":[]}")
    }
}
