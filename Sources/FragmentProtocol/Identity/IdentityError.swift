/// Why an assertion or a key is refused.
///
/// Two errors are equal when their codes are; the message is for the service's log, not for the client.
public struct IdentityError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The reason.
    public enum Code: String, Hashable, Sendable {
        /// The text is no compact JWS with the members that an assertion has (RFC 7515, section 7.1).
        case malformed
        /// The algorithm is not that of any key (RFC 8725, section 3.1).
        case wrongAlgorithm
        /// The header names an extension that must be understood and is not (RFC 7515, section 4.1.11).
        case criticalExtension
        /// The signature is not that of any key.
        case badSignature
        /// It is for another audience (RFC 7519, section 4.1.3).
        case wrongAudience
        /// It is by another issuer (RFC 7519, section 4.1.1).
        case wrongIssuer
        /// It has expired (RFC 7519, section 4.1.4).
        case expired
        /// It is from the future (RFC 7519, sections 4.1.5 and 4.1.6).
        case notYetValid
        /// It holds for no time, or for longer than an assertion may.
        case badLifetime
        /// The subject, issuer, audience or identifier is empty.
        case emptyClaim
        /// The key is too short or not a key.
        case badKey
        /// The key can verify but not sign.
        case cannotSign
    }

    /// The reason.
    public let code: Code
    /// The reason in words.
    public let message: String

    /// An error of a reason, described in words.
    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The reason in words.
    public var description: String { message }

    /// Equal when the codes are.
    public static func == (left: Self, right: Self) -> Bool { left.code == right.code }

    /// Hashes the code.
    public func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
