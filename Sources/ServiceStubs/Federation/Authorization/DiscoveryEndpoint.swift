import FragmentProtocol
import Hummingbird

/// What the server says of itself (OpenID Connect Discovery 1.0; RFC 8414), and its keys.
struct DiscoveryEndpoint: Sendable {
    let server: AuthorizationServer

    /// How long others may keep the documents, in seconds; a new key is used at once, and is fetched when it is met.
    private static let kept = 300

    func addRoutes(to routes: StubRoutes) {
        for path in ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"] {
            routes.answer(RouterPath(path), [.get: { _, _ in try kept(stableJSON(Metadata(issuer: server.issuer))) }])
        }
        routes.answer("/oauth/jwks", [.get: { _, _ in kept(try server.ring.keySet()) }])
    }

    private func kept(_ json: [UInt8]) -> Response {
        var response = Response.json(bytes: json)
        response.headers[.cacheControl] = "public, max-age=\(Self.kept)"
        return response
    }

    /// The document; both addresses answer the same.
    private struct Metadata: Encodable {
        let issuer: String
        let scopes = AuthorizationRequest.knownScopes
        let responseTypes = ["code"]
        let responseModes = ["query"]
        let grantTypes = ["authorization_code", "refresh_token"]
        let subjectTypes = ["public"]
        let algorithms = SigningAlgorithm.allCases.map(\.rawValue)
        let clientAuthentication = ["client_secret_basic", "client_secret_post"]
        let challengeMethods = ["S256"]
        let prompts = AuthorizationRequest.Prompt.allCases.map(\.rawValue)
        let claims = [
            "iss", "sub", "aud", "exp", "iat", "nonce", "auth_time", "amr", "sid", "at_hash", "name", "email",
            "email_verified", "roles",
        ]

        /// The members by their names in the registry of metadata.
        func encode(to encoder: any Encoder) throws {
            var members = encoder.container(keyedBy: Name.self)
            func add(_ name: String, _ value: some Encodable) throws {
                try members.encode(value, forKey: Name(stringValue: name))
            }
            try add("issuer", issuer)
            for (name, path) in Self.endpoints { try add(name, issuer + path) }
            try add("scopes_supported", scopes)
            try add("response_types_supported", responseTypes)
            try add("response_modes_supported", responseModes)
            try add("grant_types_supported", grantTypes)
            try add("subject_types_supported", subjectTypes)
            try add("id_token_signing_alg_values_supported", algorithms)
            try add("token_endpoint_auth_methods_supported", clientAuthentication)
            try add("introspection_endpoint_auth_methods_supported", clientAuthentication)
            try add("revocation_endpoint_auth_methods_supported", clientAuthentication)
            try add("code_challenge_methods_supported", challengeMethods)
            try add("prompt_values_supported", prompts)
            try add("claims_supported", claims)
            for name in ["claims_parameter", "request_parameter", "request_uri_parameter"] {
                try add(name + "_supported", false)
            }
            try add("require_pushed_authorization_requests", false)
            for name in [
                "authorization_response_iss_parameter", "backchannel_logout", "backchannel_logout_session",
            ] {
                try add(name + "_supported", true)
            }
        }

        /// The endpoints by their members.
        private static let endpoints = [
            ("authorization_endpoint", "/oauth/authorize"), ("token_endpoint", "/oauth/token"),
            ("userinfo_endpoint", "/oauth/userinfo"), ("jwks_uri", "/oauth/jwks"),
            ("pushed_authorization_request_endpoint", "/oauth/par"), ("introspection_endpoint", "/oauth/introspect"),
            ("revocation_endpoint", "/oauth/revoke"), ("end_session_endpoint", "/oauth/logout"),
        ]

        /// Any member's name.
        private struct Name: CodingKey {
            let stringValue: String
            var intValue: Int? { nil }

            init(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }
    }
}
