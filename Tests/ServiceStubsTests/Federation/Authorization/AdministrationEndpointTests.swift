import Foundation
import Hummingbird
import HummingbirdTesting
import Testing

@testable import ServiceStubs

struct AdministrationEndpointTests {
    private typealias Harness = AuthorizationHarness

    private func endSessions(_ harness: Harness, _ form: String) async throws -> TestResponse {
        try await harness.run(live: true) { client in
            try await client.execute(
                uri: "/internal/authorization/end-sessions",
                method: .post,
                headers: [.contentType: "application/x-www-form-urlencoded"],
                body: ByteBuffer(string: form)
            )
        }
    }

    /// Attack 60: whoever is signed out has nothing left, on any device.
    @Test func aMemberIsSignedOutEverywhere() async throws {
        let harness = try Harness()
        let first = try await harness.tokens()
        let second = try await harness.tokens(client: "market", as: harness.robin(session: "session-2"))
        let edith = try await harness.tokens(
            as: harness.robin(session: "session-3").with(subject: "user-2")
        )
        let response = try await endSessions(harness, "email=Member@example.org")
        #expect(response.text == "{\"grants\":2}")
        #expect(try await harness.refresh(first.refreshToken).status == .badRequest)
        #expect(try await harness.refresh(second.refreshToken, client: "market").status == .badRequest)
        #expect(try await harness.refresh(edith.refreshToken).status == .ok)
        for session in ["session-1", "session-2"] {
            let silent = try await harness.get(
                "/oauth/authorize?" + Harness.parameters(["prompt": "none"]),
                as: harness.robin(session: session)
            )
            #expect(try harness.location(of: silent)["error"] == "login_required")
        }
    }

    @Test(arguments: ["", "email=", "email=nobody%40example.org"])
    func nobodyElseIsSignedOut(form: String) async throws {
        #expect(try await endSessions(try Harness(), form).status == .notFound)
    }

    /// Without a socket nobody knows where a request comes from, so that it is no neighbour.
    @Test(arguments: ["rotate-keys", "end-sessions"])
    func onlyThisMachineIsAnswered(name: String) async throws {
        let response = try await Harness().post("/internal/authorization/" + name, "email=member%40example.org")
        #expect(response.status == .forbidden)
    }
}
