import FoundationEssentials

/// One login under way: what the gateway must know when the browser comes back from the provider.
struct LoginTransaction: Codable, Sendable, Equatable {
    /// What it is for.
    enum Purpose: String, Codable {
        /// Somebody signs in.
        case signIn
        /// The provider is asked whether it knows the visitor, without a click.
        case silent
        /// Somebody has signed out, and the browser is on its way back from the provider.
        case signOut
    }

    var purpose: Purpose
    /// The host that it began on, and must end on.
    var host: String
    /// The hash of the id of the browser that it is bound to, in base64url.
    var browserHash: String
    /// What the identity token must repeat.
    var nonce = ""
    /// The secret for the token request.
    var verifier = ""
    /// Where the browser goes at the end.
    var returnTo = "/"

    /// As bytes; nothing of it is secret from who can open what it is sealed in.
    func encoded() throws -> [UInt8] { [UInt8](try JSONEncoder().encode(self)) }

    /// What bytes hold; nil when they hold something else.
    static func decoded(_ bytes: [UInt8]) -> LoginTransaction? {
        do {
            return try JSONDecoder().decode(LoginTransaction.self, from: Data(bytes))
        } catch {
            // Of another version of the gateway: the login begins anew.
            return nil
        }
    }
}
