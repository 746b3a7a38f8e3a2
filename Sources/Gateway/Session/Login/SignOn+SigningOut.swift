import Logging
import OpenSSL

extension SignOn {
    /// Signs a person out everywhere: on all hosts first, then at the provider.
    ///
    /// - Parameter visit: the request, whose origin and token have been checked.
    /// - Returns: the answer.
    func signOut(_ visit: SignOnVisit) async -> SignOnAnswer {
        var address: String?
        if let session = visit.session, session.isOfSomebody {
            do throws(StateStoreFailure) {
                let signIn = try await self.end(session)
                address = await self.tellProvider(signIn, visit)
            } catch {
                // Better to say so than to let somebody leave a session behind.
                return self.trouble(.unavailable, "\(error)", visit, returnTo: .home)
            }
        }
        return .redirect(
            to: address ?? "/auth/logged-out",
            // The mark keeps the next link between two hosts from signing them in again.
            cookies: [self.sessionCookie.deletion, self.cookies.settingMark],
            clearsSite: true
        )
    }

    /// Ends a session with all others that came from the same one of the provider's; what the provider has to be told.
    private func end(_ session: Session) async throws(StateStoreFailure) -> SignIn? {
        let signIn = try await self.keeper.end(session)
        // On the provider's own host the session is the provider's.
        let isProviders = session.host == self.providerHost
        if let name = isProviders ? session.sessionHash : signIn?.providerSession {
            let count = try await self.keeper.endProviderSession(issuer: self.settings.issuer, sid: name)
            self.logger.info("signed out", metadata: ["host": "\(session.host)", "sessions": "\(count)"])
        }
        return signIn
    }

    /// Has the provider forget the tokens, and end its session: by itself where the provider is the site's own, else by way of the
    /// browser.
    ///
    /// - Returns: where the browser goes; nil when it need not.
    private func tellProvider(_ signIn: SignIn?, _ visit: SignOnVisit) async -> String? {
        let client: SignOnSettings.Client
        do throws(ProviderFailure) {
            client = try self.provider.client(of: visit.host)
        } catch {
            // The provider's own host is no client, and has no tokens.
            return nil
        }
        guard let tokens = signIn?.tokens else { return nil }
        async let isRevoked = tokens.refresh == nil ? true : self.provider.revoke(tokens.refresh ?? "", as: client)
        if self.providerHost != nil {
            // Its session on its own host has been ended above; this lets it tell clients that are not the site's.
            if let hint = tokens.identity { _ = await self.provider.endSession(hint: hint, as: client) }
            _ = await isRevoked
            return nil
        }
        _ = await isRevoked
        return await self.endSessionAddress(tokens, client, visit)
    }

    private func endSessionAddress(
        _ tokens: TokenSet,
        _ client: SignOnSettings.Client,
        _ visit: SignOnVisit
    ) async -> String? {
        do throws(LoginTransactions.Failure) {
            let state = try LoginTransactions.randomName()
            guard
                let address = await self.provider.endSessionAddress(
                    hint: tokens.identity,
                    client: client,
                    returningTo: self.address("/auth/logged-out", of: visit.host),
                    state: state
                )
            else { return nil }
            try await self.transactions.keep(
                LoginTransaction(purpose: .signOut, host: visit.host, browserHash: ""),
                state: state
            )
            return address
        } catch {
            self.logger.warning("the provider's session is not ended", metadata: ["reason": "\(error)"])
            return nil
        }
    }

    /// Says that somebody is signed out; with a `state` it must be one of a sign-out that was begun on this host.
    func signedOut(_ visit: SignOnVisit, query: [UInt8]) async -> SignOnAnswer {
        let form: FormBody
        do throws(FormBodyError) {
            form = try FormBody(
                parsing: query.span,
                limits: FormBody.Limits(bytes: CallbackParameters.longestQuery, fields: 64)
            )
        } catch {
            return .signedOut(isExpected: false)
        }
        let states = form.values(named: "state")
        guard let state = states.first else { return .signedOut(isExpected: true) }
        guard states.count == 1, state.utf8.count <= CallbackParameters.longestState else {
            return .signedOut(isExpected: false)
        }
        do throws(LoginTransactions.Failure) {
            let transaction = try await self.transactions.take(state: state)
            return .signedOut(isExpected: transaction?.purpose == .signOut && transaction?.host == visit.host)
        } catch {
            // They are signed out all the same.
            self.logger.warning("the shared state", metadata: ["reason": "\(error)"])
            return .signedOut(isExpected: true)
        }
    }

    /// Ends sessions because the provider says so, without a browser (OpenID Connect Back-Channel Logout 1.0).
    ///
    /// - Parameters:
    ///   - host: the host that was asked, whose client the token must be for.
    ///   - body: the form.
    /// - Returns: the answer to the provider.
    func backChannel(host: String, body: [UInt8]) async -> SignOnAnswer {
        let result: LogoutTokenPolicy.Result
        do throws(ProviderFailure) {
            let form: FormBody
            do throws(FormBodyError) {
                form = try FormBody(parsing: body.span, limits: FormBody.Limits(bytes: body.count, fields: 16))
            } catch {
                throw ProviderFailure.invalid("the form cannot be read")
            }
            let tokens = form.values(named: "logout_token")
            guard tokens.count == 1 else { throw ProviderFailure.invalid("there is not one logout_token") }
            let client = try self.provider.client(of: host)
            let token = try await self.provider.checked(tokens[0])
            do throws(LogoutTokenPolicy.Refusal) {
                result = try LogoutTokenPolicy(issuer: self.settings.issuer, client: client.identifier).check(
                    type: token.type,
                    token.claims,
                    now: self.provider.now()
                )
            } catch {
                throw ProviderFailure.invalid(error.rawValue)
            }
        } catch {
            return self.refused(error, host: host)
        }
        return await self.end(result, host: host)
    }

    private func end(_ result: LogoutTokenPolicy.Result, host: String) async -> SignOnAnswer {
        let issuer = self.settings.issuer
        do throws(LoginTransactions.Failure) {
            let name = "\(issuer) \(result.id)"
            guard try await self.transactions.markUsed(name, of: "jti", lifetime: result.lifetime) else {
                return self.refused(.invalid("the logout token was used before"), host: host)
            }
            do throws(StateStoreFailure) {
                let count =
                    switch result.target {
                    case .session(let sid): try await self.keeper.endProviderSession(issuer: issuer, sid: sid)
                    case .subject(let subject): try await self.keeper.endAll(issuer: issuer, subject: subject)
                    }
                self.logger.info(
                    "signed out by the provider",
                    metadata: ["host": "\(host)", "sessions": "\(count)"]
                )
                return .text(status: 200, "the sessions have ended")
            } catch {
                // The provider may send the same token again.
                try await self.transactions.unmark(name, of: "jti")
                throw LoginTransactions.Failure.store(error)
            }
        } catch {
            return self.refused(.unavailable("\(error)"), host: host)
        }
    }

    private func refused(_ failure: ProviderFailure, host: String) -> SignOnAnswer {
        self.logger.warning("a logout token ends nothing", metadata: ["host": "\(host)", "reason": "\(failure)"])
        switch failure {
        case .unavailable: return .text(status: 503, "the token cannot be checked, or nothing be ended, for now")
        case .invalid, .misconfigured, .refused: return .text(status: 400, "the token is not accepted")
        }
    }
}
