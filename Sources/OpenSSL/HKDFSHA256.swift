/// Key derivation with HKDF and SHA-256 (RFC 5869).
///
/// Its two steps are written out over ``HMACSHA256``: the library's own form takes its inputs by names and addresses
/// that have to outlive several calls.
package enum HKDFSHA256 {
    /// The most bytes that can be derived at once: 255 codes (section 2.3).
    package static let maximumLength = 255 * HMACSHA256.codeLength

    /// Bytes that only the secret gives, other ones for each `info`.
    ///
    /// - Parameters:
    ///   - secret: the input keying material.
    ///   - salt: a value that need not be secret; may be empty.
    ///   - info: what the bytes are for; may be empty.
    ///   - length: bytes to derive, at most ``maximumLength``.
    /// - Returns: the bytes.
    /// - Throws: ``OpenSSLError/Code/tooLong`` or ``OpenSSLError/Code/operationFailed``.
    package static func derive(
        from secret: [UInt8],
        salt: [UInt8] = [],
        info: [UInt8] = [],
        length: Int
    ) throws(OpenSSLError) -> [UInt8] {
        guard length <= Self.maximumLength else { throw OpenSSLError(code: .tooLong) }
        // An empty salt stands for 32 zeros (section 2.2), which HMAC makes of an empty key.
        let extracted = HMACSHA256(key: try HMACSHA256(key: salt).code(of: secret.span))
        var derived: [UInt8] = []
        var block: [UInt8] = []
        var counter: UInt8 = 0
        while derived.count < length {
            counter += 1
            let input = block + info + [counter]
            block = try extracted.code(of: input.span)
            derived += block
        }
        derived.removeLast(derived.count - max(length, 0))
        return derived
    }
}
