/// Reads an authorization request, and decides who is told of what is wrong with it.
struct AuthorizationRequestParser: Sendable {
    /// What a request's parameters are.
    enum Outcome: Equatable, Sendable {
        case request(AuthorizationRequest)
        /// The client is told at its address.
        case refused(OAuthError, redirectURI: String, state: String?)
        /// Nobody but who asks is told, as the address cannot be trusted (RFC 6749, section 4.1.2.1).
        case untrusted(OAuthError)
    }

    let clients: ClientRegistry
    /// The subject of an identity token of this server for a client, whether it has expired or not; nil when it is none.
    let subject: @Sendable (_ identityToken: String, _ client: String) -> String?

    /// Reads parameters.
    ///
    /// - Parameters:
    ///   - parameters: Those of the query, or of the form that was pushed.
    ///   - isPushed: Whether they were pushed, which a client may be bound to.
    /// - Returns: The request, or why it is refused.
    func outcome(of parameters: OAuthParameters, isPushed: Bool) -> Outcome {
        guard parameters.duplicates.isDisjoint(with: ["client_id", "redirect_uri"]) else {
            return .untrusted(OAuthError(.invalidRequest, "client_id and redirect_uri must stand once"))
        }
        guard let id = parameters["client_id"], let client = clients[id] else {
            return .untrusted(OAuthError(.invalidClient, "client_id is no client that is known here"))
        }
        guard let redirectURI = parameters["redirect_uri"] else {
            return .untrusted(OAuthError(.invalidRequest, "redirect_uri is missing"))
        }
        guard RedirectURI.isRegistered(redirectURI, among: client.redirectURIs) else {
            return .untrusted(
                OAuthError(
                    .invalidRequest,
                    "redirect_uri is not, byte for byte, one that the client is registered with"
                )
            )
        }
        // A state that stands twice is not given back: there is no telling which one is the client's.
        let state = parameters.duplicates.contains("state") ? nil : parameters["state"]
        do throws(OAuthError) {
            if client.mustPush, !isPushed {
                throw OAuthError(.invalidRequest, "this client must push its requests (RFC 9126)")
            }
            return .request(try request(parameters, client: client, redirectURI: redirectURI, state: state))
        } catch {
            return .refused(error, redirectURI: redirectURI, state: state)
        }
    }

    private func request(
        _ parameters: OAuthParameters,
        client: Client,
        redirectURI: String,
        state: String?
    ) throws(OAuthError) -> AuthorizationRequest {
        if let twice = parameters.duplicates.min() {
            throw OAuthError(.invalidRequest, "\(twice) stands more than once")
        }
        for (name, code) in [
            ("request", OAuthError.Code.requestNotSupported), ("registration", .registrationNotSupported),
        ] where parameters[name] != nil {
            throw OAuthError(code, "\(name) is not supported here")
        }
        guard let responseType = parameters["response_type"] else {
            throw OAuthError(.invalidRequest, "response_type is missing; it is code")
        }
        guard responseType == "code" else {
            throw OAuthError(.unsupportedResponseType, "response_type must be code")
        }
        guard parameters["response_mode"] ?? "query" == "query" else {
            throw OAuthError(.invalidRequest, "response_mode must be query")
        }
        let scopes = parameters.list("scope").filter(AuthorizationRequest.knownScopes.contains)
        guard scopes.contains("openid") else { throw OAuthError(.invalidScope, "scope must hold openid") }
        return AuthorizationRequest(
            client: client.id,
            redirectURI: redirectURI,
            state: state,
            scopes: scopes,
            nonce: parameters["nonce"],
            challenge: try challenge(parameters),
            prompts: try prompts(parameters),
            greatestAge: try greatestAge(parameters),
            loginHint: parameters["login_hint"],
            hintedSubject: try hintedSubject(parameters, client: client)
        )
    }

    private func challenge(_ parameters: OAuthParameters) throws(OAuthError) -> String {
        guard let challenge = parameters["code_challenge"] else {
            throw OAuthError(.invalidRequest, "code_challenge is missing; every request needs PKCE (RFC 7636)")
        }
        guard parameters["code_challenge_method"] == "S256" else {
            throw OAuthError(.invalidRequest, "code_challenge_method must be S256")
        }
        guard ProofKey.isChallenge(challenge) else {
            throw OAuthError(.invalidRequest, "code_challenge must be the base64url of a SHA-256, 43 characters")
        }
        return challenge
    }

    private func prompts(_ parameters: OAuthParameters) throws(OAuthError) -> [AuthorizationRequest.Prompt] {
        var prompts: [AuthorizationRequest.Prompt] = []
        for word in parameters.list("prompt") {
            guard let prompt = AuthorizationRequest.Prompt(rawValue: word) else {
                throw OAuthError(.invalidRequest, "prompt holds a value that is not known here")
            }
            prompts.append(prompt)
        }
        guard !prompts.contains(.none) || prompts.count == 1 else {
            throw OAuthError(.invalidRequest, "prompt=none stands alone")
        }
        return prompts
    }

    private func greatestAge(_ parameters: OAuthParameters) throws(OAuthError) -> Int64? {
        guard let text = parameters["max_age"] else { return nil }
        guard let age = Int64(text), age >= 0 else {
            throw OAuthError(.invalidRequest, "max_age must be a number of seconds")
        }
        return age
    }

    private func hintedSubject(_ parameters: OAuthParameters, client: Client) throws(OAuthError) -> String? {
        guard let hint = parameters["id_token_hint"] else { return nil }
        guard let subject = subject(hint, client.id) else {
            throw OAuthError(.invalidRequest, "id_token_hint is no identity token of this server for this client")
        }
        return subject
    }
}
