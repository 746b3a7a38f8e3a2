/// What a client wants: somebody who proves who they are, and leave to know it.
struct AuthorizationRequest: Codable, Sendable, Equatable {
    /// What a client asks to be done with the person (OpenID Connect Core 1.0, section 3.1.2.1).
    enum Prompt: String, Codable, Sendable, CaseIterable {
        /// Nothing may be shown.
        case none
        /// The person signs in again.
        case login
        /// The person is asked for consent again.
        case consent
        /// The person chooses whom to sign in as.
        case selectAccount = "select_account"
    }

    let client: String
    let redirectURI: String
    /// What the client gets back with the answer.
    let state: String?
    let scopes: [String]
    let nonce: String?
    /// The proof key's challenge.
    let challenge: String
    let prompts: [Prompt]
    /// How many seconds ago the person may have signed in at most.
    let greatestAge: Int64?
    /// The address with which the person is likely to sign in.
    let loginHint: String?
    /// The subject of the identity token that the client has of the person already.
    let hintedSubject: String?

    /// The scopes that this server knows; others are ignored.
    static let knownScopes = ["openid", "profile", "email", "roles", "offline_access"]
}
