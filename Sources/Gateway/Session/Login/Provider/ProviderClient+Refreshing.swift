extension ProviderClient: TokenRefresher {
    package func refresh(_ signIn: SignIn, host: String) async throws(RefreshFailure) -> SignIn {
        do throws(ProviderFailure) {
            return try await self.refreshed(signIn, as: try self.client(of: host))
        } catch {
            switch error {
            case .refused: throw .refused
            case .invalid(let what): throw .invalid(what)
            // A configuration that does not fit may be mended before the access token ends.
            case .unavailable(let what), .misconfigured(let what): throw .unavailable(what)
            }
        }
    }

    private func refreshed(_ signIn: SignIn, as client: SignOnSettings.Client) async throws(ProviderFailure) -> SignIn {
        guard let tokens = signIn.tokens, let refresh = tokens.refresh else { throw .refused }
        let metadata = try await self.documents.provider()
        // No scope is asked for, so that it stays the one that was granted (RFC 6749, section 6).
        let answer = try await self.tokens(
            [("grant_type", "refresh_token"), ("refresh_token", refresh)],
            as: client,
            metadata
        )
        var result = signIn
        result.tokens = self.tokenSet(answer, identity: answer.identity ?? tokens.identity, formerRefresh: refresh)
        guard let identity = answer.identity else { return result }
        let token = try await self.checked(identity)
        let told: IdentityTokenPolicy.Result
        do throws(IdentityTokenPolicy.Refusal) {
            told = try IdentityTokenPolicy(issuer: metadata.issuer, client: client.identifier).checkRefreshed(
                type: token.type,
                token.claims,
                former: signIn.person,
                formerNonce: Self.nonce(of: tokens.identity),
                accessTokenHash: Self.hash(of: answer.access, token.algorithm),
                now: self.now()
            )
        } catch {
            throw .invalid("id_token: \(error.rawValue)")
        }
        if let session = told.providerSession, let former = signIn.providerSession, session != former {
            throw .invalid("id_token: the token is of another session of the provider")
        }
        result.person.name = told.person.name ?? result.person.name
        result.person.email = told.person.email ?? result.person.email
        // Roles that are told hold, also when they have become fewer.
        if token.claims.has("roles") { result.person.roles = told.person.roles }
        return result
    }

    /// The nonce of a token that was checked when it came; nil when there is none.
    private static func nonce(of identity: String?) -> String? {
        guard let identity else { return nil }
        do throws(JSONWebSignature.Refusal) {
            return try JSONWebSignature(identity).claims.text("nonce")
        } catch {
            // What cannot be read has no nonce that a new token could repeat.
            return nil
        }
    }
}
