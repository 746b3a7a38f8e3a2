import OpenSSL
import Testing

@testable import Gateway

@Suite struct ProviderMetadataTests {
    private static let members = [
        ("issuer", #""https://p.example""#), ("authorization_endpoint", #""https://p.example/authorize?x=1""#),
        ("token_endpoint", #""https://p.example/token""#), ("jwks_uri", #""https://p.example/jwks""#),
        ("response_types_supported", #"["code","code id_token"]"#),
        ("code_challenge_methods_supported", #"["plain","S256"]"#),
        ("id_token_signing_alg_values_supported", #"["RS256","ES256","HS256","none"]"#),
    ]

    private func read(_ changes: [(String, String?)] = []) throws(ProviderMetadata.Refusal) -> ProviderMetadata {
        var members = Self.members.filter { member in !changes.contains { $0.0 == member.0 } }
        for (name, value) in changes { if let value { members.append((name, value)) } }
        let text = "{" + members.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"
        return try ProviderMetadata(Array(text.utf8), issuer: "https://p.example")
    }

    @Test func aDocumentIsRead() throws {
        let metadata = try self.read()
        #expect(metadata.authorization.description == "https://p.example/authorize?x=1")
        #expect(metadata.token.target == "/token")
        #expect(metadata.algorithms == [.rs256, .es256])
        #expect(metadata.clientAuthentication == .basic)
        #expect(!metadata.namesIssuer)
        #expect(metadata.pushedRequests == nil)
        let more = try self.read([
            ("userinfo_endpoint", #""https://p.example/me""#), ("revocation_endpoint", #""https://p.example/revoke""#),
            ("pushed_authorization_request_endpoint", #""https://p.example/par""#),
            ("end_session_endpoint", #""https://p.example/logout""#),
            ("authorization_response_iss_parameter_supported", "true"),
            ("token_endpoint_auth_methods_supported", #"["client_secret_post","private_key_jwt"]"#),
            ("id_token_signing_alg_values_supported", nil),
        ])
        #expect(more.pushedRequests?.target == "/par")
        #expect(more.endSession?.target == "/logout")
        #expect(more.namesIssuer)
        #expect(more.clientAuthentication == .post)
        #expect(more.algorithms == [.rs256])
    }

    private typealias Refusal = ProviderMetadata.Refusal

    private static let wrong: [(String, String?, Refusal)] = [
        ("issuer", #""https://p.example/""#, .otherIssuer("https://p.example/")), ("issuer", nil, .otherIssuer("")),
        ("issuer", #""https://evil.example""#, .otherIssuer("https://evil.example")),
        ("authorization_endpoint", nil, .address("authorization_endpoint")),
        ("token_endpoint", #""http://p.example/token""#, .address("token_endpoint")),
        ("token_endpoint", #""ftp://p.example/token""#, .address("token_endpoint")),
        ("token_endpoint", #""https://u:p@p.example/token""#, .address("token_endpoint")),
        ("token_endpoint", #""https://p.example/token#x""#, .address("token_endpoint")),
        ("jwks_uri", "1", .address("jwks_uri")), ("jwks_uri", #""/jwks""#, .address("jwks_uri")),
        ("userinfo_endpoint", #""http://169.254.169.254/""#, .address("userinfo_endpoint")),
        ("code_challenge_methods_supported", nil, .noProofKeys),
        ("code_challenge_methods_supported", #"["plain"]"#, .noProofKeys), ("response_types_supported", nil, .noCode),
        ("response_types_supported", #"["id_token"]"#, .noCode),
        ("id_token_signing_alg_values_supported", #"["HS256","none"]"#, .algorithms),
        ("token_endpoint_auth_methods_supported", #"["private_key_jwt"]"#, .clientAuthentication),
    ]

    @Test(arguments: wrong.indices)
    func aProviderThatCannotBeUsedIsRefused(index: Int) {
        let (name, value, expected) = Self.wrong[index]
        #expect(throws: expected, "\(name): \(value ?? "-")") { _ = try self.read([(name, value)]) }
        #expect(!expected.description.isEmpty)
    }

    @Test(arguments: ["", "[]", "null", "<html>"])
    func whatIsNoDocumentIsRefused(text: String) {
        #expect(throws: Refusal.malformed) {
            _ = try ProviderMetadata(Array(text.utf8), issuer: "https://p.example")
        }
    }

    @Test func fieldsAreAddedToAnAddress() throws {
        let plain = try #require(ProviderAddress("https://p.example/a"))
        #expect(plain.adding([("x", "a b&"), ("y", "1")]) == "https://p.example/a?x=a+b%26&y=1")
        let query = try #require(ProviderAddress("https://p.example:8443/a?z=1"))
        #expect(query.adding([("x", "1")]) == "https://p.example:8443/a?z=1&x=1")
        #expect(query.authority == "p.example:8443")
        #expect(try #require(ProviderAddress("http://localhost")).target == "/")
    }
}
