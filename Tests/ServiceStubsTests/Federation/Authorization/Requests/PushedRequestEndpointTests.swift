import Foundation
import Hummingbird
import HummingbirdTesting
import Testing

@testable import ServiceStubs

/// S21: requests that clients push.
struct PushedRequestEndpointTests {
    private typealias Harness = AuthorizationHarness

    /// The request's name.
    private func push(
        _ harness: Harness,
        client: String = "blog",
        _ changes: [String: String?] = [:]
    ) async throws
        -> String
    {
        let response = try await harness.post(
            "/oauth/par",
            Harness.parameters(client: client, changes.merging(["client_secret": Harness.secret]) { $1 })
        )
        #expect(response.status == .created)
        let json = try JSONSerialization.jsonObject(with: Data(response.text.utf8)) as? [String: Any]
        #expect(json?["expires_in"] as? Int == 90)
        return try #require(json?["request_uri"] as? String)
    }

    private func path(_ uri: String, client: String = "blog") -> String {
        "/oauth/authorize?" + Harness.encode(["client_id": client, "request_uri": uri])
    }

    @Test func aRequestIsUsedUpByItsCodeAndNotBefore() async throws {
        let harness = try Harness()
        let uri = try await push(harness)
        for _ in 1...3 {
            let waiting = try await harness.get(path(uri))
            #expect(waiting["Location"]?.hasPrefix("/sign-in?request=") == true)
        }
        let first = try await harness.get(path(uri), as: harness.robin())
        #expect(try harness.location(of: first)["code"] != nil)
        let second = try await harness.get(path(uri), as: harness.robin())
        #expect(second.status == .badRequest)
        #expect(try harness.error(of: second) == "invalid_request_uri")
    }

    @Test func aRequestIsItsClientsAlone() async throws {
        let harness = try Harness()
        let uri = try await push(harness)
        let other = try await harness.get(path(uri, client: "market"), as: harness.robin())
        #expect(try harness.error(of: other) == "invalid_request_uri")
        let own = try await harness.get(path(uri), as: harness.robin())
        #expect(try harness.location(of: own)["code"] != nil)
    }

    @Test(arguments: [(91, true), (89, false)])
    func aRequestThatNobodyCameWithIsOver(seconds: Int64, isOver: Bool) async throws {
        let harness = try Harness()
        let uri = try await push(harness)
        harness.clock.advance(seconds)
        #expect((try await harness.get(path(uri), as: harness.robin()).status == .badRequest) == isOver)
    }

    /// Somebody who types slowly is not sent away.
    @Test func aRequestThatABrowserHasOpenedWaitsLonger() async throws {
        let harness = try Harness()
        let uri = try await push(harness)
        _ = try await harness.get(path(uri))
        harness.clock.advance(1_700)
        #expect(try harness.location(of: try await harness.get(path(uri), as: harness.robin()))["code"] != nil)
    }

    /// A silent request is answered once, with an error too.
    @Test func aRefusalUsesARequestUp() async throws {
        let harness = try Harness()
        let uri = try await push(harness, ["prompt": "none"])
        #expect(try harness.location(of: try await harness.get(path(uri)))["error"] == "login_required")
        #expect(try await harness.get(path(uri)).status == .badRequest)
    }

    @Test(arguments: [
        ("request_uri", "urn:ietf:params:oauth:request_uri:x", 400, "invalid_request"),
        ("client_secret", "wrong", 401, "invalid_client"),
        ("redirect_uri", "https://evil.example/", 400, "invalid_request"),
        ("scope", "profile", 400, "invalid_scope"), ("code_challenge_method", "plain", 400, "invalid_request"),
        ("request", "eyJ", 400, "request_not_supported"),
    ])
    func whatCannotBePushed(name: String, value: String, status: Int, error: String) async throws {
        let harness = try Harness()
        var changes: [String: String?] = ["client_secret": Harness.secret]
        changes[name] = value
        let response = try await harness.post("/oauth/par", Harness.parameters(changes))
        #expect(response.status.code == status)
        #expect(try harness.error(of: response) == error)
    }

    /// No address is fetched, whoever names it (attack 56).
    @Test(arguments: ["https://internal.example/request", "http://127.0.0.1/", "urn:other:x"])
    func aRequestElsewhereIsNotFetched(uri: String) async throws {
        let harness = try Harness()
        let response = try await harness.get(path(uri), as: harness.robin())
        #expect(response.status == .badRequest)
        #expect(try harness.error(of: response) == "request_uri_not_supported")
    }

    @Test func aClientThatMustPushDoes() async throws {
        let harness = try Harness()
        let query = Harness.parameters(client: "pusher")
        let direct = try await harness.get("/oauth/authorize?" + query, as: harness.robin())
        #expect(try harness.location(of: direct)["error"] == "invalid_request")
        let uri = try await push(harness, client: "pusher")
        let pushed = try await harness.get(path(uri, client: "pusher"), as: harness.robin())
        #expect(pushed["Location"]?.hasPrefix("/consent?request=") == true)
    }

    @Test func onlyPosts() async throws {
        #expect(try await Harness().get("/oauth/par").status == .methodNotAllowed)
    }
}
