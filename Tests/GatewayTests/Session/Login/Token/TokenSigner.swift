import Crypto

@testable import Gateway

/// A key of a provider, with which tests sign what it sends.
struct TokenSigner: Sendable {
    enum Key: Sendable {
        case p256(P256.Signing.PrivateKey)
        case ed25519(Curve25519.Signing.PrivateKey)
    }

    let key: Key
    let name: String

    init(es256 name: String = "k1") {
        self.key = .p256(P256.Signing.PrivateKey())
        self.name = name
    }

    init(eddsa name: String) {
        self.key = .ed25519(Curve25519.Signing.PrivateKey())
        self.name = name
    }

    var algorithm: String {
        switch self.key {
        case .p256: "ES256"
        case .ed25519: "EdDSA"
        }
    }

    /// The public key as a member of a set.
    var publicKey: String {
        switch self.key {
        case .p256(let key):
            let point = Array(key.publicKey.rawRepresentation)
            let (x, y) = (SessionTokenText.encode(point.prefix(32)), SessionTokenText.encode(point.suffix(32)))
            return
                #"{"kty":"EC","crv":"P-256","use":"sig","alg":"ES256","kid":"\#(self.name)","x":"\#(x)","y":"\#(y)"}"#
        case .ed25519(let key):
            let x = SessionTokenText.encode(Array(key.publicKey.rawRepresentation))
            return #"{"kty":"OKP","crv":"Ed25519","kid":"\#(self.name)","x":"\#(x)"}"#
        }
    }

    /// A set of keys.
    static func set(_ keys: [String]) -> [UInt8] { Array(#"{"keys":[\#(keys.joined(separator: ","))]}"#.utf8) }

    /// A token of a payload in JSON; `header` stands in place of the usual one.
    func token(_ payload: String, header: String? = nil) throws -> String {
        let header = header ?? #"{"alg":"\#(self.algorithm)","kid":"\#(self.name)","typ":"JWT"}"#
        let message = "\(SessionTokenText.encode(Array(header.utf8))).\(SessionTokenText.encode(Array(payload.utf8)))"
        let bytes = Array(message.utf8)
        let signature: [UInt8] =
            switch self.key {
            case .p256(let key): Array(try key.signature(for: bytes).rawRepresentation)
            case .ed25519(let key): Array(try key.signature(for: bytes))
            }
        return "\(message).\(SessionTokenText.encode(signature))"
    }
}
