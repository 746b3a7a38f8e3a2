/// For how many seconds each thing that the authorization server hands out is good.
struct AuthorizationLifetimes: Sendable, Equatable {
    /// A pushed request, until a browser comes with it (RFC 9126, section 2.2).
    var pushedRequest: Int64 = 90
    /// A request that a browser has come with, while the person signs in and consents.
    var openRequest: Int64 = 1_800
    /// An authorization code (RFC 6749, section 4.1.2).
    var code: Int64 = 60
    var accessToken: Int64 = 300
    var identityToken: Int64 = 300
    /// A refresh token that is not used.
    var refreshToken: Int64 = 14 * 86_400
    /// All tokens that follow from one code.
    var grant: Int64 = 90 * 86_400
    /// How long the same refresh token may be sent again by a client that lost the answer.
    var refreshGrace: Int64 = 10
    /// A logout token (OpenID Connect Back-Channel Logout 1.0, section 4).
    var logoutToken: Int64 = 120
    /// A link that was sent to somebody to sign in with.
    var signInLink: Int64 = 900
    /// A sign-out that waits for the person's word.
    var signOutRequest: Int64 = 1_800

    /// How long a key is still published that signs no more: nothing that it has signed lives longer.
    var retiredKey: Int64 { max(accessToken, identityToken, logoutToken) + 3_600 }
}
