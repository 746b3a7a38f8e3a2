import Crypto
import CryptoExtras
import Foundation
import FragmentProtocol

/// The algorithms that tokens are signed with (RFC 7518, section 3.1).
enum SigningAlgorithm: String, Codable, Sendable, CaseIterable {
    case rs256 = "RS256"
    case es256 = "ES256"
}

/// A key that signs tokens, with the name under which its public part is published.
struct SigningKey: Sendable {
    /// The key itself.
    private enum Material: Sendable {
        case rsa(_RSA.Signing.PrivateKey)
        case p256(P256.Signing.PrivateKey)
    }

    /// A public key as the server publishes it (RFC 7517).
    struct PublicKey: Codable, Sendable, Equatable {
        let kty: String
        let use: String
        let alg: String
        let kid: String
        var n: String?
        var e: String?
        var crv: String?
        var x: String?
        var y: String?
    }

    let id: String
    let algorithm: SigningAlgorithm
    private let material: Material

    /// A new key; one for RS256 takes a moment to find.
    init(generating algorithm: SigningAlgorithm) throws {
        switch algorithm {
        case .rs256: try self.init(.rsa(_RSA.Signing.PrivateKey(keySize: .bits2048)), algorithm)
        case .es256: try self.init(.p256(P256.Signing.PrivateKey()), algorithm)
        }
    }

    /// A key that was kept.
    init(algorithm: SigningAlgorithm, bytes: Data) throws {
        switch algorithm {
        case .rs256: try self.init(.rsa(_RSA.Signing.PrivateKey(derRepresentation: bytes)), algorithm)
        case .es256: try self.init(.p256(P256.Signing.PrivateKey(rawRepresentation: bytes)), algorithm)
        }
    }

    private init(_ material: Material, _ algorithm: SigningAlgorithm) throws {
        self.material = material
        self.algorithm = algorithm
        // The name is the hash of the public key, so that no two keys have the same.
        let bytes =
            switch material {
            case .rsa(let key): key.publicKey.derRepresentation
            case .p256(let key): key.publicKey.derRepresentation
            }
        id = Base64URL.encode(SHA256.hash(data: bytes).prefix(12))
    }

    /// The bytes to keep it by; whoever has them can sign as this server.
    var bytes: Data {
        switch material {
        case .rsa(let key): key.derRepresentation
        case .p256(let key): key.rawRepresentation
        }
    }

    /// The public part.
    func publicKey() throws -> PublicKey {
        switch material {
        case .rsa(let key):
            let primitives = try key.publicKey.getKeyPrimitives()
            return PublicKey(
                kty: "RSA",
                use: "sig",
                alg: algorithm.rawValue,
                kid: id,
                n: Base64URL.encode(primitives.modulus),
                e: Base64URL.encode(primitives.publicExponent)
            )
        case .p256(let key):
            let point = key.publicKey.rawRepresentation
            return PublicKey(
                kty: "EC",
                use: "sig",
                alg: algorithm.rawValue,
                kid: id,
                crv: "P-256",
                x: Base64URL.encode(point.prefix(32)),
                y: Base64URL.encode(point.suffix(32))
            )
        }
    }

    func signature(of message: Data) throws -> Data {
        switch material {
        case .rsa(let key): try key.signature(for: message, padding: .insecurePKCS1v1_5).rawRepresentation
        case .p256(let key): try key.signature(for: message).rawRepresentation
        }
    }

    func isValid(_ signature: Data, of message: Data) -> Bool {
        switch material {
        case .rsa(let key):
            return key.publicKey.isValidSignature(
                _RSA.Signing.RSASignature(rawRepresentation: signature),
                for: message,
                padding: .insecurePKCS1v1_5
            )
        case .p256(let key):
            // `try?`: bytes that are no signature at all are no valid one.
            guard let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature) else { return false }
            return key.publicKey.isValidSignature(signature, for: message)
        }
    }
}
