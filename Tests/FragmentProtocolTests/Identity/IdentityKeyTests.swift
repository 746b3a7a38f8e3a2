import Testing

@testable import FragmentProtocol

/// The keys of RFC 8037, appendix A, and RFC 7515, appendix A.1.
enum KnownKeys {
    static let privateKey = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"
    static let publicKey = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
    static let thumbprint = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
    static let secret = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"

    static func signing() throws -> IdentityKey {
        try .ed25519(privateKey: try #require(Base64URL.decode(privateKey)))
    }

    static func verifying() throws -> IdentityKey {
        try .ed25519(publicKey: try #require(Base64URL.decode(publicKey)))
    }

    static func shared() throws -> IdentityKey { try .shared(secret: try #require(Base64URL.decode(secret))) }
}

@Suite("IdentityKey")
struct IdentityKeyTests {
    @Test("knows the signature of RFC 8037, appendix A.4")
    func eddsa() throws {
        let message = Array("eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc".utf8)
        let known = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
        let signature = try #require(Base64URL.decode(known))
        #expect(try KnownKeys.verifying().isValid(signature, for: message))
        #expect(try KnownKeys.signing().isValid(signature, for: message))
        let own = try KnownKeys.signing().signature(of: message)
        #expect(try KnownKeys.verifying().isValid(own, for: message))
        #expect(try !KnownKeys.verifying().isValid(signature, for: message + [0]))
    }

    @Test("knows the signature of RFC 7515, appendix A.1")
    func hs256() throws {
        let message =
            "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQog"
            + "Imh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
        let signature = try KnownKeys.shared().signature(of: Array(message.utf8))
        #expect(Base64URL.encode(signature) == "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
        #expect(try KnownKeys.shared().isValid(signature, for: Array(message.utf8)))
        #expect(try !KnownKeys.shared().isValid([], for: Array(message.utf8)))
        #expect(try !KnownKeys.shared().isValid(signature.dropLast(), for: Array(message.utf8)))
    }

    @Test("calls Ed25519 keys by the thumbprint of RFC 8037, appendix A.3")
    func thumbprint() throws {
        #expect(try KnownKeys.signing().id == KnownKeys.thumbprint)
        #expect(try KnownKeys.verifying().id == KnownKeys.thumbprint)
        #expect(try KnownKeys.signing().publicKeyBytes == Base64URL.decode(KnownKeys.publicKey))
    }

    @Test("refuses keys of the wrong length", arguments: [0, 1, 31])
    func refusesShort(_ count: Int) {
        let bytes = [UInt8](repeating: 7, count: count)
        #expect(throws: IdentityError(.badKey, "")) { try IdentityKey.shared(secret: bytes) }
        #expect(throws: IdentityError(.badKey, "")) { try IdentityKey.ed25519(privateKey: bytes) }
        #expect(throws: IdentityError(.badKey, "")) { try IdentityKey.ed25519(publicKey: bytes + bytes + bytes) }
    }

    @Test("never shows its secret")
    func redacted() throws {
        let secret = "0123456789abcdef0123456789abcdef"
        let key = try IdentityKey.shared(secret: secret, id: "k1")
        var dumped = ""
        dump(key, to: &dumped)
        for text in ["\(key)", String(reflecting: key), dumped, "\([key])"] {
            #expect(!text.contains("0123"))
            #expect(!text.contains("48, 49, 50"))
        }
        #expect("\(key)" == "IdentityKey(HS256, k1)")
    }

    @Test("a public key cannot sign")
    func cannotSign() throws {
        let key = try KnownKeys.verifying()
        #expect(!key.canSign)
        #expect(throws: IdentityError(.cannotSign, "")) { try key.signature(of: [1]) }
    }
}
