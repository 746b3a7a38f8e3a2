import Crypto
import Foundation
import FragmentProtocol

/// Proof Key for Code Exchange, method S256 alone (RFC 7636).
enum ProofKey {
    /// Whether a challenge is the base64url of a SHA-256.
    static func isChallenge(_ text: String) -> Bool {
        Base64URL.decode(text)?.count == SHA256.byteCount
    }

    /// Whether a verifier has a form that one may have (section 4.1).
    static func isVerifier(_ text: String) -> Bool {
        (43...128).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                    UInt8(ascii: "~"):
                    true
                default: false
                }
            }
    }

    /// The challenge of a verifier (section 4.2).
    static func challenge(of verifier: String) -> String {
        Base64URL.encode(SHA256.hash(data: Data(verifier.utf8)))
    }
}
