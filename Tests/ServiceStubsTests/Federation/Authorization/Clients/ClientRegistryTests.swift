import Foundation
import Testing

@testable import ServiceStubs

struct ClientRegistryTests {
    private static let secret = String(repeating: "s", count: 32)

    private func registry(_ members: String) throws -> ClientRegistry {
        try ClientRegistry(json: Data(#"{"clients": [{\#(members)}]}"#.utf8))
    }

    @Test func aClientIsRead() throws {
        let registry = try registry(
            """
            "client_id": "blog", "client_secret": "\(Self.secret)", "first_party": true,
            "redirect_uris": ["https://blog.example/auth/callback"],
            "post_logout_redirect_uris": ["https://blog.example/auth/logged-out"],
            "backchannel_logout_uri": "https://blog.example/auth/backchannel", "id_token_signed_response_alg": "ES256"
            """
        )
        let client = try #require(registry["blog"])
        #expect(client.name == "blog")
        #expect(client.algorithm == .es256)
        #expect(client.isFirstParty)
        #expect(!client.mustPush)
        #expect(client.has(secret: Self.secret))
        #expect(!client.has(secret: Self.secret + "s"))
        #expect(!client.has(secret: ""))
        #expect(registry["Blog"] == nil)
    }

    @Test func aSecretCanBeGivenByItsHash() throws {
        let hash = "0b1f6ee2f51bbfbb1d5bbfbff7b0c1a4b9b4ab0a3b2d7c4f1c4aaf1c8a8b7d6e"
        let client = try #require(
            try registry(
                #""client_id": "a", "client_secret_sha256": "\#(hash)", "redirect_uris": ["https://a.example/"]"#
            )["a"]
        )
        #expect(client.secretHash.count == 32)
        #expect(!client.has(secret: hash))
    }

    /// S27, and what else a file can have wrong: each is told with its place.
    @Test(arguments: [
        (#""client_id": "a", "redirect_uris": ["https://a.example/"]"#, "either client_secret or client_secret_sha256"),
        (#""client_id": "a", "client_secret": "short", "redirect_uris": ["https://a.example/"]"#, "at least 32 bytes"),
        (#""client_id": "", "client_secret": "S", "redirect_uris": ["https://a.example/"]"#, "client_id must be"),
        (#""client_id": "a", "client_secret": "S", "redirect_uris": []"#, "at least one"),
        (#""client_id": "a", "client_secret": "S", "redirect_uris": ["http://a.example/"]"#, "use https"),
        (#""client_id": "a", "client_secret": "S", "redirect_uris": ["https://*.example/"]"#, "wildcard"),
        (#""client_id": "a", "client_secret": "S", "redirect_uris": ["https://a.example/#x"]"#, "fragment"),
        (#""client_id": "a", "client_secret": "S", "redirect_uris": ["https://u:p@a.example/"]"#, "user name"),
        (#""client_id": "a", "client_secret": "S", "redirect_uris": ["/callback"]"#, "no absolute URL"),
        (#""client_id": "a", "client_secret": "S", "redirect_uris": ["javascript:alert(1)"]"#, "no absolute URL"),
        (#""client_id": "a", "client_secret": "S", "redirect_uris": ["ftp://a.example/"]"#, "must be https"),
        (#""client_id": "a", "client_secret": "S", "redirect_uris": ["https://a.example/ b"]"#, "no URL may hold"),
        (
            #""client_id": "a", "client_secret": "S", "redirect_uris": ["https://a.example/"], "id_token_signed_response_alg": "none""#,
            "RS256 or ES256"
        ),
        (#""client_id": "a", "client_secret_sha256": "12", "redirect_uris": ["https://a.example/"]"#, "64 hexadecimal"),
        (#""client_secret": "S", "redirect_uris": ["https://a.example/"]"#, "client_id is missing"),
    ])
    func whatIsWrongIsTold(members: String, words: String) throws {
        let failure = #expect(throws: ClientRegistry.Failure.self) {
            try registry(members.replacing(#""S""#, with: "\"\(Self.secret)\""))
        }
        let description = try #require(failure).description
        #expect(description.contains(words), "\(description)")
        #expect(description.contains("clients"))
    }

    @Test(arguments: ["", "[]", "{}", #"{"clients": []}"#, #"{"clients": {}}"#])
    func whatIsNoFileOfClientsIsRefused(json: String) {
        #expect(throws: ClientRegistry.Failure.self) { try ClientRegistry(json: Data(json.utf8)) }
    }

    @Test func anIdIsTakenOnce() {
        let client = #"{"client_id": "a", "client_secret": "\#(Self.secret)", "redirect_uris": ["https://a.example/"]}"#
        let failure = #expect(throws: ClientRegistry.Failure.self) {
            try ClientRegistry(json: Data(#"{"clients": [\#(client), \#(client)]}"#.utf8))
        }
        #expect(failure?.description.contains("clients[1] (a): the client_id is taken") == true)
    }
}
