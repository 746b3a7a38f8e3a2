/// What a client gets for a code or a refresh token (RFC 6749, section 5.1; OpenID Connect Core 1.0, section 3.1.3.3).
struct TokenAnswer: Codable, Sendable, Equatable {
    let accessToken: String
    var tokenType = "Bearer"
    let expiresIn: Int64
    let refreshToken: String
    let identityToken: String
    let scope: String

    enum CodingKeys: String, CodingKey {
        case accessToken = "access_token"
        case tokenType = "token_type"
        case expiresIn = "expires_in"
        case refreshToken = "refresh_token"
        case identityToken = "id_token"
        case scope
    }
}
