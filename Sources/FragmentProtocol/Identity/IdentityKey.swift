internal import Crypto
internal import FoundationEssentials

/// A key that signs or verifies assertions, with the one algorithm that it is for (RFC 8725, section 3.1).
///
/// It never shows its secret when it is printed.
public struct IdentityKey: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// An algorithm of assertions; the raw value is the JWS header's `alg`.
    public enum Algorithm: String, Hashable, Sendable {
        /// HMAC with SHA-256, with a secret that both sides share (RFC 7518, section 3.2).
        case hs256 = "HS256"
        /// Ed25519 (RFC 8037, section 3.1).
        case eddsa = "EdDSA"
    }

    /// What the key is made of.
    enum Material: Sendable {
        /// The shared secret.
        case shared(SymmetricKey)
        /// The key that signs.
        case signing(Curve25519.Signing.PrivateKey)
        /// The key that verifies.
        case verifying(Curve25519.Signing.PublicKey)
    }

    /// The least length of a shared secret in bytes, that of the hash (RFC 7518, section 3.2).
    public static let minimumSecretLength = 32

    /// What the key is called in the JWS header's `kid`; a key without a name is tried for every assertion.
    ///
    /// An Ed25519 key that is given no name is called by its thumbprint (RFC 7638; RFC 8037, appendix A.3).
    public let id: String?
    /// What the key is made of.
    let material: Material

    /// A key of its parts.
    private init(id: String?, material: Material) {
        self.id = id
        self.material = material
    }

    /// A secret that gateway and services share, for HS256.
    ///
    /// - Parameters:
    ///   - secret: at least ``minimumSecretLength`` bytes, random ones.
    ///   - id: the key's name, if it has one.
    /// - Returns: a key that signs and verifies.
    /// - Throws: an ``IdentityError`` when the secret is too short.
    public static func shared(secret: some Sequence<UInt8>, id: String? = nil) throws(IdentityError) -> IdentityKey {
        let bytes = Array(secret)
        guard bytes.count >= minimumSecretLength else {
            throw IdentityError(
                .badKey,
                "the shared secret has \(bytes.count) bytes; it needs at least \(minimumSecretLength)"
            )
        }
        return IdentityKey(id: id, material: .shared(SymmetricKey(data: bytes)))
    }

    /// A secret that gateway and services share, for HS256, given as text: its UTF-8 bytes are the secret.
    ///
    /// - Parameters:
    ///   - secret: at least ``minimumSecretLength`` bytes of random text, such as 64 hexadecimal digits.
    ///   - id: the key's name, if it has one.
    /// - Returns: a key that signs and verifies.
    /// - Throws: an ``IdentityError`` when the secret is too short.
    public static func shared(secret: String, id: String? = nil) throws(IdentityError) -> IdentityKey {
        try shared(secret: secret.utf8, id: id)
    }

    /// An Ed25519 key that signs and verifies.
    ///
    /// - Parameters:
    ///   - seed: the 32 random bytes of the private key (RFC 8032, section 5.1.5).
    ///   - id: the key's name; without one, its thumbprint.
    /// - Returns: a key that signs and verifies.
    /// - Throws: an ``IdentityError`` when the seed is not of 32 bytes.
    public static func ed25519(
        privateKey seed: some Sequence<UInt8>,
        id: String? = nil
    ) throws(IdentityError) -> IdentityKey {
        do {
            let key = try Curve25519.Signing.PrivateKey(rawRepresentation: Array(seed))
            return IdentityKey(id: id ?? thumbprint(of: key.publicKey), material: .signing(key))
        } catch {
            throw IdentityError(.badKey, "the private key is not an Ed25519 seed of 32 bytes: \(error)")
        }
    }

    /// An Ed25519 key that verifies.
    ///
    /// - Parameters:
    ///   - bytes: the 32 bytes of the public key (RFC 8032, section 5.1.5).
    ///   - id: the key's name; without one, its thumbprint.
    /// - Returns: a key that verifies.
    /// - Throws: an ``IdentityError`` when the key is not of 32 bytes.
    public static func ed25519(
        publicKey bytes: some Sequence<UInt8>,
        id: String? = nil
    ) throws(IdentityError) -> IdentityKey {
        do {
            let key = try Curve25519.Signing.PublicKey(rawRepresentation: Array(bytes))
            return IdentityKey(id: id ?? thumbprint(of: key), material: .verifying(key))
        } catch {
            throw IdentityError(.badKey, "the public key is not an Ed25519 key of 32 bytes: \(error)")
        }
    }

    /// The algorithm that the key is for, and the only one that it is used with.
    public var algorithm: Algorithm {
        switch material {
        case .shared: .hs256
        case .signing, .verifying: .eddsa
        }
    }

    /// Whether the key can sign.
    public var canSign: Bool {
        switch material {
        case .shared, .signing: true
        case .verifying: false
        }
    }

    /// The bytes of the Ed25519 public key; nil for a shared secret, which has no public part.
    public var publicKeyBytes: [UInt8]? {
        switch material {
        case .shared: nil
        case .signing(let key): Array(key.publicKey.rawRepresentation)
        case .verifying(let key): Array(key.rawRepresentation)
        }
    }

    /// The key's name and algorithm.
    public var description: String { "IdentityKey(\(algorithm.rawValue), \(id ?? "without a name"))" }

    /// The key's name and algorithm.
    public var debugDescription: String { description }

    /// No children, so that dumps show no secret.
    public var customMirror: Mirror { Mirror(self, children: []) }

    /// The thumbprint of a public key (RFC 7638, section 3; RFC 8037, appendix A.3).
    private static func thumbprint(of key: Curve25519.Signing.PublicKey) -> String {
        let members = #"{"crv":"Ed25519","kty":"OKP","x":"\#(Base64URL.encode(key.rawRepresentation))"}"#
        return Base64URL.encode(SHA256.hash(data: Array(members.utf8)))
    }
}

extension IdentityKey {
    /// The signature of a message.
    ///
    /// - Parameter message: the bytes that are signed.
    /// - Returns: the signature.
    /// - Throws: an ``IdentityError`` when the key cannot sign.
    func signature(of message: [UInt8]) throws(IdentityError) -> [UInt8] {
        switch material {
        case .shared(let secret): return Array(HMAC<SHA256>.authenticationCode(for: message, using: secret))
        case .signing(let key):
            do {
                return Array(try key.signature(for: message))
            } catch {
                throw IdentityError(.cannotSign, "signing failed: \(error)")
            }
        case .verifying: throw IdentityError(.cannotSign, "\(self) can only verify")
        }
    }

    /// Whether a signature is that of the key over a message; the time that it takes does not tell how much is right.
    func isValid(_ signature: [UInt8], for message: [UInt8]) -> Bool {
        switch material {
        case .shared(let secret):
            HMAC<SHA256>.isValidAuthenticationCode(signature, authenticating: message, using: secret)
        case .signing(let key): key.publicKey.isValidSignature(signature, for: message)
        case .verifying(let key): key.isValidSignature(signature, for: message)
        }
    }
}
