import COpenSSL

/// A public key that checks signatures of JSON Web Signatures (RFC 7518, section 3; RFC 8037).
///
/// A key checks the algorithms of its own kind alone, so that nobody can have a signature read as one of another kind.
/// All threads may use one key.
///
/// `@unchecked Sendable`: the key is complete when it is made and only read from then on; the library guards what it
/// caches in a key with a lock of the key's own (crypto(7), "THREAD SAFETY"), and each check has a context of its own.
package final class VerificationKey: @unchecked Sendable {
    /// How a signature is made, by its name in the header of a token.
    package enum Algorithm: String, Sendable, CaseIterable {
        /// RSASSA-PKCS1-v1_5 and SHA-256.
        case rs256 = "RS256"
        /// RSASSA-PSS and SHA-256, with a salt of 32 bytes.
        case ps256 = "PS256"
        /// ECDSA on the curve P-256 and SHA-256.
        case es256 = "ES256"
        /// Ed25519.
        case eddsa = "EdDSA"
    }

    /// The kinds of keys.
    package enum Kind: Sendable {
        case rsa
        case p256
        case ed25519

        /// The algorithms that a key of the kind checks.
        package var algorithms: [Algorithm] {
            switch self {
            case .rsa: [.rs256, .ps256]
            case .p256: [.es256]
            case .ed25519: [.eddsa]
            }
        }
    }

    /// Bits of the smallest RSA key that is accepted (RFC 7518, section 3.3), and of the largest: a check's time grows with them.
    package static let bitsOfRSA = 2048...8192
    /// Bytes of a coordinate on P-256, and of an Ed25519 key.
    private static let coordinateLength = 32
    /// Bytes of the largest exponent of an RSA key; a long one would make checks slow.
    private static let exponentLength = 4

    package let kind: Kind
    private let pointer: OpaquePointer

    private init(_ kind: Kind, _ pointer: OpaquePointer) {
        self.kind = kind
        self.pointer = pointer
    }

    deinit { EVP_PKEY_free(self.pointer) }

    /// The RSA key of a modulus and an exponent, both as numbers with the highest byte first.
    ///
    /// - Throws: ``OpenSSLError/Code/badKey`` when the modulus has other than ``bitsOfRSA`` bits or the exponent is even, 1 or too long.
    package static func rsa(modulus: [UInt8], exponent: [UInt8]) throws(OpenSSLError) -> VerificationKey {
        let modulus = Array(modulus.drop { $0 == 0 })
        let exponent = Array(exponent.drop { $0 == 0 })
        let bits = modulus.count * 8 - (modulus.first?.leadingZeroBitCount ?? 0)
        guard bitsOfRSA.contains(bits), let last = exponent.last, last % 2 == 1, exponent != [1],
            exponent.count <= exponentLength
        else { throw OpenSSLError(code: .badKey) }
        return try make(.rsa, "RSA") { builder in
            builder.addNumber("n", modulus) && builder.addNumber("e", exponent)
        }
    }

    /// The key of a point on the curve P-256.
    ///
    /// - Throws: ``OpenSSLError/Code/badKey`` when a coordinate has other than 32 bytes or the point is not on the curve.
    package static func p256(x: [UInt8], y: [UInt8]) throws(OpenSSLError) -> VerificationKey {
        guard x.count == coordinateLength, y.count == coordinateLength else { throw OpenSSLError(code: .badKey) }
        // 4 says that both coordinates follow.
        let point = [4] + x + y
        return try make(.p256, "EC") { builder in
            builder.addText("group", "prime256v1")
                && builder.addBytes("pub", point)
        }
    }

    /// The Ed25519 key of 32 bytes.
    package static func ed25519(_ bytes: [UInt8]) throws(OpenSSLError) -> VerificationKey {
        guard bytes.count == coordinateLength else { throw OpenSSLError(code: .badKey) }
        ERR_clear_error()
        guard let pointer = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, bytes, bytes.count) else {
            throw .emptyingQueue(.badKey)
        }
        return VerificationKey(.ed25519, pointer)
    }

    /// Whether a signature is one of this key over a message.
    ///
    /// - Parameters:
    ///   - signature: the signature as a token has it; for ES256 the two numbers of 32 bytes each.
    ///   - message: what was signed.
    ///   - algorithm: how it was signed; one of another kind of key is never right.
    /// - Returns: whether the signature is right.
    /// - Throws: what only a lack of memory brings about.
    package func isValid(
        _ signature: [UInt8],
        of message: [UInt8],
        algorithm: Algorithm
    ) throws(OpenSSLError) -> Bool {
        guard self.kind.algorithms.contains(algorithm) else { return false }
        var signature = signature
        if algorithm == .es256 {
            guard let encoded = Self.distinguished(signature) else { return false }
            signature = encoded
        }
        ERR_clear_error()
        guard let context = EVP_MD_CTX_new() else { throw .emptyingQueue(.operationFailed) }
        defer { EVP_MD_CTX_free(context) }
        var keyContext: OpaquePointer?
        let digest = algorithm == .eddsa ? nil : EVP_sha256()
        guard EVP_DigestVerifyInit(context, &keyContext, digest, nil, self.pointer) == 1 else {
            throw .emptyingQueue(.operationFailed)
        }
        if algorithm == .ps256 {
            guard EVP_PKEY_CTX_set_rsa_padding(keyContext, RSA_PKCS1_PSS_PADDING) == 1,
                EVP_PKEY_CTX_set_rsa_pss_saltlen(keyContext, RSA_PSS_SALTLEN_DIGEST) == 1
            else { throw .emptyingQueue(.operationFailed) }
        }
        let isValid = EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
        // A wrong signature leaves its reason behind, which the next user of the thread would take for its own.
        ERR_clear_error()
        return isValid
    }

    /// The two numbers of an ECDSA signature as the library wants them: a sequence of two integers in DER.
    private static func distinguished(_ signature: [UInt8]) -> [UInt8]? {
        guard signature.count == 2 * self.coordinateLength else { return nil }
        func integer(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
            var digits = Array(bytes.drop { $0 == 0 })
            // A number is never empty, and one whose first bit is set would be taken for a negative one.
            if digits.first ?? 0x80 >= 0x80 { digits.insert(0, at: 0) }
            return [0x02, UInt8(digits.count)] + digits
        }
        let numbers =
            integer(signature.prefix(self.coordinateLength)) + integer(signature.suffix(self.coordinateLength))
        return [0x30, UInt8(numbers.count)] + numbers
    }

    /// Makes a key of parameters.
    private static func make(
        _ kind: Kind,
        _ name: String,
        _ add: (inout KeyParameters) -> Bool
    ) throws(OpenSSLError) -> VerificationKey {
        ERR_clear_error()
        var parameters = try KeyParameters()
        guard add(&parameters) else { throw .emptyingQueue(.operationFailed) }
        guard let context = EVP_PKEY_CTX_new_from_name(nil, name, nil) else {
            throw .emptyingQueue(.algorithmUnavailable)
        }
        defer { EVP_PKEY_CTX_free(context) }
        guard let list = parameters.list() else { throw .emptyingQueue(.operationFailed) }
        defer { OSSL_PARAM_free(list) }
        var pointer: OpaquePointer?
        guard EVP_PKEY_fromdata_init(context) == 1,
            EVP_PKEY_fromdata(context, &pointer, gateway_openssl_public_key, list) == 1, let pointer
        else { throw .emptyingQueue(.badKey) }
        return VerificationKey(kind, pointer)
    }
}
