import FragmentProtocol
import Logging
import OpenSSL

/// The gateway as a client of the provider, one for each host: everything that it asks the provider by itself.
final class ProviderClient: Sendable {
    /// What a browser is sent to the provider with.
    struct AuthorizationRequest: Sendable {
        var client: SignOnSettings.Client
        /// Where the provider sends the browser back to; from the configuration alone.
        var redirectURI: String
        var state: String
        var nonce: String
        var challenge: String
        /// Whether the provider must not show anything (`prompt=none`).
        var isSilent: Bool
    }

    let settings: SignOnSettings
    let documents: ProviderDocuments
    let transport: ProviderTransport
    /// The client of each host, by the host's name.
    private let clients: [String: SignOnSettings.Client]
    let now: @Sendable () -> Instant
    let logger: Logger

    /// - Parameters:
    ///   - configuration: has `sso:`, the services and their hosts.
    ///   - settings: `sso:`.
    ///   - logger: hears of what goes wrong, without a secret.
    ///   - now: the clock that tokens are checked by.
    init(
        configuration: GatewayConfiguration,
        settings: SignOnSettings,
        logger: Logger,
        now: @escaping @Sendable () -> Instant = Instant.now
    ) {
        let provider = settings.provider.flatMap { configuration.service(named: $0) }
        self.settings = settings
        self.transport = ProviderTransport(
            issuer: settings.issuer,
            upstreams: provider?.upstreams.compactMap { Upstream($0.description) } ?? [],
            timeout: settings.timeout
        )
        self.documents = ProviderDocuments(issuer: settings.issuer, transport: self.transport, logger: logger)
        self.clients = configuration.services.reduce(into: [:]) { $0[$1.host] = settings.clients[$1.name] }
        self.now = now
        self.logger = logger
    }

    /// Ends what is under way.
    func shutdown() async { await self.transport.shutdown() }

    /// The client of a host.
    func client(of host: String) throws(ProviderFailure) -> SignOnSettings.Client {
        guard let client = self.clients[host] else { throw .misconfigured("\(host) has no client at the provider") }
        return client
    }

    // MARK: To the provider and back

    /// The address that a browser is sent to.
    ///
    /// Where the provider takes it, what is asked goes there by itself beforehand, so that nobody in between can change or read it
    /// (RFC 9126).
    func authorizationAddress(_ request: AuthorizationRequest) async throws(ProviderFailure) -> String {
        let metadata = try await self.documents.provider()
        var fields: [(name: String, value: String)] = [
            ("response_type", "code"), ("client_id", request.client.identifier), ("redirect_uri", request.redirectURI),
            ("scope", (["openid"] + self.settings.scopes.filter { $0 != "openid" }).joined(separator: " ")),
            ("state", request.state), ("nonce", request.nonce), ("code_challenge", request.challenge),
            ("code_challenge_method", ProofKey.method),
        ]
        if request.isSilent { fields.append(("prompt", "none")) }
        guard let endpoint = metadata.pushedRequests else { return metadata.authorization.adding(fields) }
        let answer = try await self.post(fields, to: endpoint, as: request.client, metadata)
        guard answer.status < 500, answer.status != 429 else {
            throw .unavailable("the pushed request endpoint has the status \(answer.status)")
        }
        guard answer.status == 201 || answer.status == 200, MediaType.isJSON(answer.contentType),
            let uri = JSONTree.object(in: answer.body)?["request_uri"]?.text, (1...1024).contains(uri.utf8.count)
        else {
            let code = JSONTree.object(in: answer.body)?["error"]?.text?.printable ?? "no request_uri"
            throw .misconfigured("the pushed request endpoint has the status \(answer.status): \(code)")
        }
        return metadata.authorization.adding([("client_id", request.client.identifier), ("request_uri", uri)])
    }

    /// Exchanges a code for who is signed in, and the tokens.
    ///
    /// - Parameters:
    ///   - code: what the browser has brought.
    ///   - verifier: the secret of the login.
    ///   - nonce: what the identity token must repeat.
    ///   - client: the host's client.
    ///   - redirectURI: what the login was begun with.
    /// - Returns: the sign-in, all of which is checked.
    /// - Throws: why there is none.
    func redeem(
        code: String,
        verifier: String,
        nonce: String,
        client: SignOnSettings.Client,
        redirectURI: String
    ) async throws(ProviderFailure) -> SignIn {
        let metadata = try await self.documents.provider()
        let answer = try await self.tokens(
            [
                ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", redirectURI),
                ("code_verifier", verifier),
            ],
            as: client,
            metadata
        )
        guard let identity = answer.identity else { throw .invalid("the token endpoint gives no id_token") }
        let token = try await self.checked(identity)
        var result: IdentityTokenPolicy.Result
        do throws(IdentityTokenPolicy.Refusal) {
            result = try IdentityTokenPolicy(issuer: metadata.issuer, client: client.identifier).check(
                type: token.type,
                token.claims,
                nonce: nonce,
                accessTokenHash: Self.hash(of: answer.access, token.algorithm),
                now: self.now()
            )
        } catch {
            throw .invalid("id_token: \(error.rawValue)")
        }
        if result.lacksProfile, let endpoint = metadata.userInfo {
            try await self.complete(&result.person, from: endpoint, access: answer.access)
        }
        return SignIn(
            person: result.person,
            providerSession: result.providerSession,
            tokens: self.tokenSet(answer, identity: identity, formerRefresh: nil)
        )
    }

    /// Adds what the identity token does not tell (OpenID Connect Core 1.0, section 5.3).
    private func complete(
        _ person: inout Person,
        from endpoint: ProviderAddress,
        access: String
    ) async throws(ProviderFailure) {
        let answer: ProviderTransport.Answer
        do throws(ProviderFailure) {
            answer = try await self.transport.send(
                ProviderTransport.Request(
                    address: endpoint,
                    headers: [("Authorization", "Bearer \(access)"), ("Accept", "application/json")]
                )
            )
        } catch {
            // Who it is has been proven; that the name to show is missing keeps nobody out.
            self.logger.warning("the sign-on provider tells nothing more of a person", metadata: ["reason": "\(error)"])
            return
        }
        guard answer.status == 200, MediaType.isJSON(answer.contentType),
            let members = JSONTree.object(in: answer.body)
        else {
            self.logger.warning(
                "the sign-on provider tells nothing more of a person",
                metadata: ["reason": "userinfo has the status \(answer.status), or is not JSON"]
            )
            return
        }
        // Otherwise it could be told of somebody else (section 5.3.2).
        guard members["sub"]?.text == person.subject else { throw .invalid("userinfo is of another person") }
        person.name = person.name ?? members["name"]?.text
        person.email = person.email ?? members["email"]?.text
        if person.roles.isEmpty { person.roles = members["roles"]?.texts ?? [] }
    }

    // MARK: Tokens

    /// Takes a token apart, and checks its signature.
    func checked(_ text: String) async throws(ProviderFailure) -> JSONWebSignature {
        let token: JSONWebSignature
        do throws(JSONWebSignature.Refusal) {
            token = try JSONWebSignature(text)
        } catch {
            throw .invalid(error.rawValue)
        }
        try await self.documents.check(token)
        return token
    }

    /// The left half of an access token's hash, by which an identity token names it (OpenID Connect Core 1.0, section 3.1.3.6).
    static func hash(of access: String, _ algorithm: VerificationKey.Algorithm) -> String? {
        let bytes = Array(access.utf8)
        do throws(OpenSSLError) {
            // Every byte of a span of bytes is initialized.
            let hash =
                algorithm == .eddsa
                ? try SHA512.hash(of: unsafe bytes.span.bytes) : try SHA256.hash(of: unsafe bytes.span.bytes)
            return SessionTokenText.encode(hash.prefix(hash.count / 2))
        } catch {
            // Without memory for it no hash is the right one.
            return nil
        }
    }

    func tokens(
        _ fields: [(name: String, value: String)],
        as client: SignOnSettings.Client,
        _ metadata: ProviderMetadata
    ) async throws(ProviderFailure) -> TokenAnswer {
        let answer = try await self.post(fields, to: metadata.token, as: client, metadata)
        do throws(TokenAnswer.Refusal) {
            return try TokenAnswer(status: answer.status, contentType: answer.contentType, body: answer.body)
        } catch {
            throw ProviderFailure(error)
        }
    }

    func tokenSet(_ answer: TokenAnswer, identity: String?, formerRefresh: String?) -> TokenSet {
        TokenSet(
            access: answer.access,
            accessEndsAt: self.now() + answer.lifetime,
            refresh: answer.refresh ?? formerRefresh,
            identity: identity
        )
    }

    /// Posts a form as a client, whose secret never stands in an address (RFC 6749, section 2.3.1).
    func post(
        _ fields: [(name: String, value: String)],
        to endpoint: ProviderAddress,
        as client: SignOnSettings.Client,
        _ metadata: ProviderMetadata
    ) async throws(ProviderFailure) -> ProviderTransport.Answer {
        var fields = fields
        var headers = [("Accept", "application/json")]
        switch metadata.clientAuthentication {
        case .basic: headers.append(("Authorization", ClientCredentials.basic(client)))
        case .post:
            fields.removeAll { $0.name == "client_id" }
            fields += [("client_id", client.identifier), ("client_secret", client.secret.reveal())]
        }
        return try await self.transport.send(
            ProviderTransport.Request(
                method: "POST",
                address: endpoint,
                headers: headers,
                form: FormBody(fields.map { FormField(name: $0.name, value: $0.value) }).encoded()
            )
        )
    }
}
