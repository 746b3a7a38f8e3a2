/// Why the provider has not given what was asked of it; holds nothing secret.
enum ProviderFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// It cannot be reached, is too slow or is in trouble: trying again may help.
    case unavailable(String)
    /// It cannot be used as it is, or does not accept the gateway's client: somebody must mend a configuration.
    case misconfigured(String)
    /// What it was given is not good any more: a code or a refresh token.
    case refused
    /// Its answer is not what it must be, so that it proves nothing.
    case invalid(String)

    init(_ refusal: TokenAnswer.Refusal) {
        switch refusal {
        case .refused: self = .refused
        case .misconfigured(let code): self = .misconfigured("the token endpoint answers '\(code)'")
        case .invalid(let what): self = .invalid("the token endpoint: \(what)")
        case .unavailable(let what): self = .unavailable("the token endpoint: \(what)")
        }
    }

    var description: String {
        switch self {
        case .unavailable(let what): "unavailable: \(what)"
        case .misconfigured(let what): "misconfigured: \(what)"
        case .refused: "refused"
        case .invalid(let what): "invalid: \(what)"
        }
    }
}
