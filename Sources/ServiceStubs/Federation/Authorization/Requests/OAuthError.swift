/// Why a request was refused, as the client is told (RFC 6749, sections 4.1.2.1 and 5.2).
struct OAuthError: Error, Equatable, Sendable {
    /// The codes that this server uses.
    enum Code: String, Sendable {
        case invalidRequest = "invalid_request"
        case invalidClient = "invalid_client"
        case invalidGrant = "invalid_grant"
        case unsupportedGrantType = "unsupported_grant_type"
        case unsupportedResponseType = "unsupported_response_type"
        case invalidScope = "invalid_scope"
        case accessDenied = "access_denied"
        case serverError = "server_error"
        case temporarilyUnavailable = "temporarily_unavailable"
        /// OpenID Connect Core 1.0, section 3.1.2.6.
        case loginRequired = "login_required"
        case accountSelectionRequired = "account_selection_required"
        case consentRequired = "consent_required"
        case requestNotSupported = "request_not_supported"
        case requestURINotSupported = "request_uri_not_supported"
        case registrationNotSupported = "registration_not_supported"
        /// RFC 9101, section 6.1, and RFC 9126, section 2.3.
        case invalidRequestURI = "invalid_request_uri"
        /// RFC 6750, section 3.1.
        case invalidToken = "invalid_token"
        case insufficientScope = "insufficient_scope"
    }

    let code: Code
    /// What is wrong and how to mend it, for the client's developers.
    let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
