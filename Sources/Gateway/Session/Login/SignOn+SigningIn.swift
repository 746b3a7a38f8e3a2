import Logging
import OpenSSL

extension SignOn {
    /// Begins a login: the browser goes to the provider.
    ///
    /// - Parameters:
    ///   - visit: the request.
    ///   - returnTo: where the browser goes at the end.
    ///   - isSilent: whether the provider is only asked whether it knows the visitor; then nothing is ever shown of a failure.
    /// - Returns: the answer.
    func begin(_ visit: SignOnVisit, returnTo: ReturnTo, isSilent: Bool = false) async -> SignOnAnswer {
        let returnTo = returnTo.withoutMark
        if visit.session?.isOfSomebody ?? false { return .redirect(to: returnTo.text) }
        if visit.host == self.providerHost {
            // Here the provider's own page is the login.
            let field = FormBody([FormField(name: "return_to", value: returnTo.text)]).encoded()
            return .redirect(to: "/sign-in?" + String(decoding: field, as: UTF8.self))
        }
        do throws(Interruption) {
            let browser: String
            if let known = visit.browsers.first {
                browser = known
            } else {
                browser = try Self.name(bytes: SignInCookies.browserBytes)
            }
            let (state, nonce) = (try Self.name(), try Self.name())
            let proof: ProofKey
            let challenge: String
            do throws(OpenSSLError) {
                proof = try .make()
                challenge = try proof.challenge
            } catch {
                throw .other(.failed, "\(error)")
            }
            let address = try await self.authorizationAddress(
                of: visit.host,
                state: state,
                nonce: nonce,
                challenge: challenge,
                isSilent: isSilent
            )
            try await self.keep(
                LoginTransaction(
                    purpose: isSilent ? .silent : .signIn,
                    host: visit.host,
                    browserHash: try Self.hash(browser),
                    nonce: nonce,
                    verifier: proof.verifier,
                    returnTo: returnTo.text
                ),
                state: state
            )
            return .redirect(to: address, cookies: [self.cookies.settingBrowser(browser)])
        } catch {
            guard isSilent else { return self.trouble(error.trouble, error.reason, visit, returnTo: returnTo) }
            self.logger.warning(
                "a visitor is not signed in silently",
                metadata: ["host": "\(visit.host)", "reason": "\(error.reason)"]
            )
            return .redirect(to: returnTo.markedAsTried, cookies: [self.cookies.settingMark])
        }
    }

    /// Ends a login: the browser comes back from the provider.
    func callBack(_ visit: SignOnVisit, query: [UInt8]) async -> SignOnAnswer {
        let parameters: CallbackParameters
        do throws(CallbackParameters.Refusal) {
            parameters = try CallbackParameters(query: query.span)
        } catch {
            return self.trouble(.stale, "the callback is not one of a provider: \(error)", visit, returnTo: .home)
        }
        let transaction: LoginTransaction?
        do throws(LoginTransactions.Failure) {
            transaction = try await self.transactions.take(state: parameters.state)
        } catch {
            return self.trouble(.unavailable, "\(error)", visit, returnTo: .home)
        }
        guard let transaction, transaction.purpose != .signOut else {
            return self.trouble(.stale, "there is no such login, or not any more", visit, returnTo: .home)
        }
        guard transaction.host == visit.host else {
            return self.trouble(.stale, "the login is one of another host", visit, returnTo: .home)
        }
        let returnTo = ReturnTo(transaction.returnTo)
        do throws(Interruption) {
            guard try Self.isBound(transaction, to: visit.browsers) else {
                guard visit.browsers.isEmpty else { throw .other(.stale, "the login is one of another browser") }
                guard transaction.purpose == .silent else { throw .other(.cookies, "the browser sends no cookie back") }
                // Without cookies the mark would not last: the address says it once.
                return .redirect(to: returnTo.markedAsTried)
            }
        } catch {
            return self.trouble(error.trouble, error.reason, visit, returnTo: returnTo)
        }
        do throws(Interruption) {
            let signIn = try await self.signIn(parameters, transaction)
            return try await self.finish(signIn, visit, returnTo: returnTo)
        } catch {
            guard transaction.purpose == .silent else {
                return self.trouble(error.trouble, error.reason, visit, returnTo: returnTo)
            }
            // Nobody has asked for anything, so nobody is shown anything.
            self.logger.debug(
                "a visitor is not signed in silently",
                metadata: ["host": "\(visit.host)", "reason": "\(error.reason)"]
            )
            return .redirect(to: returnTo.text, cookies: [self.cookies.settingMark])
        }
    }

    /// What interrupts a login.
    private enum Interruption: Error {
        case provider(ProviderFailure)
        case other(SignOnTrouble, String)

        var trouble: SignOnTrouble {
            switch self {
            case .provider(let failure): SignOnTrouble(failure)
            case .other(let trouble, _): trouble
            }
        }

        var reason: String {
            switch self {
            case .provider(let failure): "\(failure)"
            case .other(_, let reason): reason
            }
        }
    }

    private func authorizationAddress(
        of host: String,
        state: String,
        nonce: String,
        challenge: String,
        isSilent: Bool
    ) async throws(Interruption) -> String {
        do throws(ProviderFailure) {
            return try await self.provider.authorizationAddress(
                ProviderClient.AuthorizationRequest(
                    client: try self.provider.client(of: host),
                    redirectURI: self.redirectURI(of: host),
                    state: state,
                    nonce: nonce,
                    challenge: challenge,
                    isSilent: isSilent
                )
            )
        } catch {
            throw .provider(error)
        }
    }

    /// Who has signed in, by what the provider sent the browser back with.
    private func signIn(
        _ parameters: CallbackParameters,
        _ transaction: LoginTransaction
    ) async throws(Interruption) -> SignIn {
        do throws(ProviderFailure) {
            // Before anything else is done with the answer: another provider's code must not be shown to this one.
            let metadata = try await self.provider.documents.provider()
            if let issuer = parameters.issuer {
                guard issuer.utf8.elementsEqual(metadata.issuer.utf8) else {
                    throw ProviderFailure.invalid("the callback is one of another provider")
                }
            } else if metadata.namesIssuer {
                throw .invalid("the callback does not say which provider it is of")
            }
        } catch {
            throw .provider(error)
        }
        let code: String
        switch parameters.outcome {
        case .code(let value): code = value
        case .error(.denied): throw .other(.denied, "the provider says access_denied")
        case .error(.interactionNeeded): throw .other(.denied, "the provider knows nobody, and was not to ask")
        case .error(.unavailable): throw .other(.unavailable, "the provider is in trouble")
        case .error(.failed): throw .other(.failed, "the provider does not accept the request")
        }
        let isNew = try await self.transactions { transactions throws(LoginTransactions.Failure) in
            try await transactions.markUsed(code, of: "code", lifetime: LoginTransactions.lifetime)
        }
        guard isNew else { throw .other(.stale, "the code was used before") }
        do throws(ProviderFailure) {
            return try await self.provider.redeem(
                code: code,
                verifier: transaction.verifier,
                nonce: transaction.nonce,
                client: try self.provider.client(of: transaction.host),
                redirectURI: self.redirectURI(of: transaction.host)
            )
        } catch {
            throw .provider(error)
        }
    }

    private func finish(
        _ signIn: SignIn,
        _ visit: SignOnVisit,
        returnTo: ReturnTo
    ) async throws(Interruption) -> SignOnAnswer {
        do throws(StateStoreFailure) {
            let (_, cookie) = try await self.keeper.begin(
                signIn,
                host: visit.host,
                replacing: visit.session,
                browser: String(visit.browserName.prefix(Self.longestBrowserName))
            )
            return .redirect(
                to: returnTo.text,
                cookies: [self.sessionCookie.setting(cookie), self.cookies.deletingMark]
            )
        } catch {
            throw .other(.unavailable, "\(error)")
        }
    }

    /// Whether one of the ids that a browser sends is the one that the login is bound to.
    private static func isBound(_ transaction: LoginTransaction, to browsers: [String]) throws(Interruption) -> Bool {
        let expected = Array(transaction.browserHash.utf8)
        var isBound = false
        for browser in browsers {
            let own = Array(try self.hash(browser).utf8)
            if ConstantTime.areEqual(own.span, expected.span) { isBound = true }
        }
        return isBound
    }

    private func keep(_ transaction: LoginTransaction, state: String) async throws(Interruption) {
        try await self.transactions { transactions throws(LoginTransactions.Failure) in
            try await transactions.keep(transaction, state: state)
        }
    }

    private func transactions<Result: Sendable>(
        _ body: (LoginTransactions) async throws(LoginTransactions.Failure) -> Result
    ) async throws(Interruption) -> Result {
        do throws(LoginTransactions.Failure) {
            return try await body(self.transactions)
        } catch {
            throw .other(.unavailable, "\(error)")
        }
    }

    private static func name(bytes: Int = 32) throws(Interruption) -> String {
        do throws(LoginTransactions.Failure) {
            return try LoginTransactions.randomName(bytes: bytes)
        } catch {
            throw .other(.failed, "\(error)")
        }
    }

    private static func hash(_ name: String) throws(Interruption) -> String {
        do throws(LoginTransactions.Failure) {
            return try LoginTransactions.hash(name)
        } catch {
            throw .other(.failed, "\(error)")
        }
    }
}
