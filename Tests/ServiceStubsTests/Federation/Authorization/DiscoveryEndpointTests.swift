import Foundation
import FragmentProtocol
import Hummingbird
import HummingbirdTesting
import Testing

@testable import ServiceStubs

struct DiscoveryEndpointTests {
    private struct KeySet: Decodable {
        let keys: [SigningKey.PublicKey]
    }

    private func json(_ response: TestResponse) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(response.text.utf8)) as? [String: Any])
    }

    /// S18: two addresses, one document, and whatever it names is there.
    @Test func bothDocumentsSayTheSame() async throws {
        let harness = try AuthorizationHarness()
        let openID = try await harness.get("/.well-known/openid-configuration")
        let oauth = try await harness.get("/.well-known/oauth-authorization-server")
        #expect(openID.text == oauth.text)
        let metadata = try json(openID)
        #expect(metadata["issuer"] as? String == AuthorizationHarness.issuer)
        #expect(metadata["code_challenge_methods_supported"] as? [String] == ["S256"])
        #expect(metadata["response_types_supported"] as? [String] == ["code"])
        #expect(metadata["authorization_response_iss_parameter_supported"] as? Bool == true)
        #expect(metadata["backchannel_logout_session_supported"] as? Bool == true)
        let endpoints = metadata.filter { $0.key.hasSuffix("_endpoint") || $0.key == "jwks_uri" }
        #expect(endpoints.count == 8)
        for (name, address) in endpoints {
            let address = try #require(address as? String)
            #expect(address.hasPrefix(AuthorizationHarness.issuer + "/oauth/"))
            let path = String(address.dropFirst(AuthorizationHarness.issuer.count))
            #expect(try await harness.get(path).status != .notFound, "\(name)")
        }
    }

    /// S12: new keys sign at once, and old ones are published for as long as anything that they signed may live.
    @Test func keysChangeAndOldTokensHold() async throws {
        let harness = try AuthorizationHarness()
        func published() async throws -> [SigningKey.PublicKey] {
            try await harness.get("/oauth/jwks").decoded(KeySet.self).keys
        }
        let before = try await published()
        #expect(before.map(\.alg).sorted() == ["ES256", "RS256"])
        let old = try await harness.tokens().accessToken
        let names = try await harness.run(live: true) { client in
            try await client.execute(uri: "/internal/authorization/rotate-keys", method: .post)
                .decoded([String: [String]].self)["keys"] ?? []
        }
        let after = try await published()
        #expect(after.count == 4)
        #expect(Set(before.map(\.kid)).isSubset(of: after.map(\.kid)))
        let new = try await harness.tokens()
        let header = try #require(Base64URL.decode(new.identityToken.prefix { $0 != "." }))
        let kid = try json(header)["kid"] as? String
        #expect(names.contains(try #require(kid)))
        let userInfo = try await harness.get("/oauth/userinfo", headers: ["Authorization": "Bearer \(old)"])
        #expect(userInfo.status == .ok)
        harness.clock.advance(harness.server.lifetimes.retiredKey + 1)
        #expect(try await published().map(\.kid).sorted() == names.sorted())
    }

    private func json(_ bytes: [UInt8]) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    }

    /// A restart keeps the keys.
    @Test func keysAreKept() throws {
        let harness = try AuthorizationHarness()
        let again = try AuthorizationServer(environment: harness.environment, clients: harness.server.clients)
        #expect(again.ring.keys.map(\.id) == harness.server.ring.keys.map(\.id))
    }

    @Test func withoutClientsThereIsNothing() async throws {
        let harness = try StubHarness()
        for path in ["/.well-known/openid-configuration", "/oauth/jwks", "/oauth/authorize"] {
            #expect(try await harness.get(.federation, path).status == .notFound)
        }
    }
}
