import Crypto
import Foundation
import FragmentProtocol

/// Texts that nobody can guess, and what is kept of them.
enum OpaqueToken {
    /// A new one of 256 random bits.
    static func make() -> String {
        SymmetricKey(size: .bits256).withUnsafeBytes { Base64URL.encode($0) }
    }

    /// What is kept of a token, so that a reader of the database learns none.
    ///
    /// A fast hash is enough for 256 random bits.
    static func hash(_ token: String) -> String {
        Base64URL.encode(SHA256.hash(data: Data(token.utf8)))
    }

    /// Seals bytes so that only somebody with the token can read them.
    static func seal(_ bytes: [UInt8], with token: String) throws -> Data {
        // Without a nonce of one's own there is always a combined form.
        guard let sealed = try AES.GCM.seal(Data(bytes), using: key(of: token)).combined else {
            throw CryptoKitError.incorrectParameterSize
        }
        return sealed
    }

    /// Reads what was sealed.
    static func open(_ sealed: Data, with token: String) throws -> [UInt8] {
        Array(try AES.GCM.open(AES.GCM.SealedBox(combined: sealed), using: key(of: token)))
    }

    private static func key(of token: String) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: Data(token.utf8)),
            info: Data("rose-ash refresh answer".utf8),
            outputByteCount: 32
        )
    }
}
