import OpenSSL

/// What a provider says of itself (OpenID Connect Discovery 1.0, section 3; RFC 8414).
struct ProviderMetadata: Sendable, Equatable {
    /// Why a provider cannot be used, with what is missing.
    enum Refusal: Error, Equatable, CustomStringConvertible {
        case malformed
        /// It says that it is somebody else (Discovery 1.0, section 4.3).
        case otherIssuer(String)
        /// An address that is needed is missing or is none.
        case address(String)
        /// It does not say that it knows S256; without it a stolen code could be used (RFC 9700, section 2.1.1).
        case noProofKeys
        /// It does not answer with a code.
        case noCode
        /// It signs with no algorithm that is accepted.
        case algorithms
        /// It accepts no way in which the gateway can prove which client it is.
        case clientAuthentication

        var description: String {
            switch self {
            case .malformed: "its discovery document is not a JSON object"
            case .otherIssuer(let issuer):
                "its discovery document is of the issuer '\(issuer.printable)'; make sso.issuer the same text"
            case .address(let name): "its discovery document has no usable \(name)"
            case .noProofKeys: "its code_challenge_methods_supported has no S256, so that stolen codes could be used"
            case .noCode: "its response_types_supported has no 'code'"
            case .algorithms:
                "its id_token_signing_alg_values_supported has none of "
                    + VerificationKey.Algorithm.allCases.map(\.rawValue).joined(separator: ", ")
            case .clientAuthentication:
                "its token_endpoint_auth_methods_supported has neither client_secret_basic nor client_secret_post"
            }
        }
    }

    /// How the gateway proves which client it is (OpenID Connect Core 1.0, section 9).
    enum ClientAuthentication: Sendable, Equatable {
        case basic
        case post
    }

    /// Where discovery documents lie below an issuer.
    static let path = "/.well-known/openid-configuration"

    let issuer: String
    let authorization: ProviderAddress
    let token: ProviderAddress
    let keys: ProviderAddress
    let userInfo: ProviderAddress?
    let pushedRequests: ProviderAddress?
    let revocation: ProviderAddress?
    let endSession: ProviderAddress?
    /// The algorithms that its identity tokens may be signed with.
    let algorithms: [VerificationKey.Algorithm]
    let clientAuthentication: ClientAuthentication
    /// Whether its answers to browsers name it (RFC 9207), and must then do so.
    let namesIssuer: Bool

    /// Reads a discovery document.
    ///
    /// - Parameters:
    ///   - body: the document.
    ///   - issuer: the issuer that it must be of, byte by byte.
    /// - Throws: why the provider cannot be used.
    init(_ body: [UInt8], issuer: String) throws(Refusal) {
        guard let members = JSONTree.object(in: body) else { throw .malformed }
        guard let own = members["issuer"]?.text, own.utf8.elementsEqual(issuer.utf8) else {
            throw .otherIssuer(members["issuer"]?.text ?? "")
        }
        // Where the issuer is reached by TLS, nothing of it is asked without.
        let needsTLS = issuer.hasPrefix("https:")
        func address(_ name: String) throws(Refusal) -> ProviderAddress? {
            guard let member = members[name] else { return nil }
            guard let address = member.text.flatMap(ProviderAddress.init), address.scheme == "https" || !needsTLS else {
                throw .address(name)
            }
            return address
        }
        func needed(_ name: String) throws(Refusal) -> ProviderAddress {
            guard let address = try address(name) else { throw .address(name) }
            return address
        }
        self.issuer = issuer
        self.authorization = try needed("authorization_endpoint")
        self.token = try needed("token_endpoint")
        self.keys = try needed("jwks_uri")
        self.userInfo = try address("userinfo_endpoint")
        self.pushedRequests = try address("pushed_authorization_request_endpoint")
        self.revocation = try address("revocation_endpoint")
        self.endSession = try address("end_session_endpoint")
        guard members["code_challenge_methods_supported"]?.texts?.contains(ProofKey.method) ?? false else {
            throw .noProofKeys
        }
        guard members["response_types_supported"]?.texts?.contains("code") ?? false else { throw .noCode }
        // What every provider must know, where it does not say (Discovery 1.0, section 3).
        let algorithms = members["id_token_signing_alg_values_supported"]?.texts ?? ["RS256"]
        self.algorithms = VerificationKey.Algorithm.allCases.filter { algorithms.contains($0.rawValue) }
        guard !self.algorithms.isEmpty else { throw .algorithms }
        let methods = members["token_endpoint_auth_methods_supported"]?.texts ?? ["client_secret_basic"]
        if methods.contains("client_secret_basic") {
            self.clientAuthentication = .basic
        } else if methods.contains("client_secret_post") {
            self.clientAuthentication = .post
        } else {
            throw .clientAuthentication
        }
        self.namesIssuer = members["authorization_response_iss_parameter_supported"] == .bool(true)
    }
}
