import COpenSSL

/// Message authentication with HMAC and SHA-256 (RFC 2104, RFC 6234).
///
/// Nothing is kept from one call to the next, so that all threads may use one value.
package struct HMACSHA256: Sendable {
    /// Bytes of a code.
    package static let codeLength = 32

    private let key: [UInt8]

    /// - Parameter key: of any length; of 32 bytes or more to be as strong as the code is long.
    package init(key: [UInt8]) {
        self.key = key
    }

    /// The code of a message.
    ///
    /// - Throws: ``OpenSSLError/Code/tooLong`` or ``OpenSSLError/Code/operationFailed``.
    package func code(of message: Span<UInt8>) throws(OpenSSLError) -> [UInt8] {
        guard let keyCount = Int32(exactly: self.key.count) else { throw OpenSSLError(code: .tooLong) }
        ERR_clear_error()
        // An empty key needs an address all the same: none would mean that the key is missing.
        let noKey: UInt8 = 0
        let code = [UInt8](unsafeUninitializedCapacity: Self.codeLength) { code, initialized in
            var written: UInt32 = 0
            let result = withUnsafePointer(to: noKey) { noKey in
                self.key.withUnsafeBufferPointer { key in
                    message.withUnsafeBufferPointer { message in
                        HMAC(
                            EVP_sha256(),
                            key.baseAddress ?? noKey,
                            keyCount,
                            message.baseAddress,
                            message.count,
                            code.baseAddress,
                            &written
                        )
                    }
                }
            }
            initialized = result == nil ? 0 : Int(written)
        }
        guard code.count == Self.codeLength else { throw .emptyingQueue(.operationFailed) }
        return code
    }

    /// Whether a code is the message's own; the time does not tell where they differ.
    package func isCode(_ code: Span<UInt8>, of message: Span<UInt8>) throws(OpenSSLError) -> Bool {
        let own = try self.code(of: message)
        return ConstantTime.areEqual(own.span, code)
    }
}
