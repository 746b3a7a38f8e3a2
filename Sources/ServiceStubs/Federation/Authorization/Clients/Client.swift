import Crypto
import Foundation

/// A program that signs people in here, as it was registered (the names are those of RFC 7591).
struct Client: Sendable, Equatable {
    let id: String
    /// What people know it by.
    let name: String
    /// The SHA-256 of its secret.
    ///
    /// A fast hash is enough: the secret is long and random, so that nobody can try them all.
    let secretHash: [UInt8]
    let redirectURIs: [String]
    let postLogoutRedirectURIs: [String]
    /// Where it is told that a session has ended; nil when it does not want to know.
    let backChannelLogoutURI: String?
    /// Whether it is a part of the site, so that nobody is asked for consent.
    let isFirstParty: Bool
    /// What its tokens are signed with.
    let algorithm: SigningAlgorithm
    /// Whether it must push its requests (RFC 9126, section 6).
    let mustPush: Bool

    /// Whether a secret is the client's; the time that it takes does not tell how much of it is right.
    func has(secret: String) -> Bool {
        let hash = SHA256.hash(data: Data(secret.utf8))
        return zip(hash, secretHash).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
