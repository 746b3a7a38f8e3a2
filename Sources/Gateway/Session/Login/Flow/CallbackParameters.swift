/// What a provider sends a browser back with (RFC 6749, section 4.1.2; RFC 9207).
struct CallbackParameters: Equatable {
    /// How a login came out.
    enum Outcome: Equatable {
        /// It goes on with a code.
        case code(String)
        /// The provider says no.
        case error(ErrorCode)
    }

    /// Why a provider says no, as far as it makes a difference here (RFC 6749, section 4.1.2.1; OpenID Connect Core 1.0, section
    /// 3.1.2.6).
    enum ErrorCode: Equatable {
        /// The person, or the provider for them, refused.
        case denied
        /// A silent attempt found nobody, or would have had to ask something.
        case interactionNeeded
        /// The provider is in trouble, and it may pass.
        case unavailable
        /// What was asked has expired or is not understood; nothing that the person could mend.
        case failed
    }

    /// Why a query is not an answer of a provider.
    enum Refusal: Error, Equatable {
        /// The query is too long, or a value is.
        case tooLong
        /// A name or value is not UTF-8.
        case notText
        /// A name that decides stands there twice.
        case repeated
        /// There is no `state`.
        case noState
        /// There is neither a code nor an error, or both.
        case noOutcome
    }

    /// Bytes of the longest query.
    static let longestQuery = 8192
    /// Bytes of the longest `state`, which the gateway has made itself.
    static let longestState = 128
    /// The names that may stand there once only (RFC 6749, section 3.1).
    private static let once = [
        "code", "state", "iss", "error", "error_description", "id_token", "access_token", "response",
    ]

    let outcome: Outcome
    let state: String
    /// Who answers; nil when the answer does not say.
    let issuer: String?

    /// Reads the query of a callback.
    ///
    /// Names that are not known are passed over.
    init(query: Span<UInt8>) throws(Refusal) {
        guard query.count <= Self.longestQuery else { throw .tooLong }
        let form: FormBody
        do throws(FormBodyError) {
            form = try FormBody(parsing: query, limits: FormBody.Limits(bytes: Self.longestQuery, fields: 64))
        } catch {
            switch error {
            case .tooLarge, .tooManyFields: throw .tooLong
            case .notText: throw .notText
            }
        }
        for name in Self.once where form.values(named: name).count > 1 { throw .repeated }
        guard let state = form.first(named: "state"), !state.isEmpty else { throw .noState }
        guard state.utf8.count <= Self.longestState else { throw .tooLong }
        switch (form.first(named: "code"), form.first(named: "error")) {
        case (let code?, nil) where !code.isEmpty: self.outcome = .code(code)
        case (nil, let error?): self.outcome = .error(ErrorCode(error))
        default: throw .noOutcome
        }
        self.state = state
        self.issuer = form.first(named: "iss")
    }
}

extension CallbackParameters.ErrorCode {
    /// What a code of the provider's means.
    init(_ code: String) {
        switch code {
        case "access_denied": self = .denied
        case "login_required", "interaction_required", "consent_required", "account_selection_required":
            self = .interactionNeeded
        case "temporarily_unavailable", "server_error": self = .unavailable
        default: self = .failed
        }
    }
}
