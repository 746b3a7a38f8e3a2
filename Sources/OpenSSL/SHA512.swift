import COpenSSL

/// The hash SHA-512 (RFC 6234).
package enum SHA512 {
    /// Bytes of a hash.
    package static let length = 64

    /// The hash of a message.
    ///
    /// - Throws: ``OpenSSLError/Code/operationFailed``, which only a lack of memory brings about.
    package static func hash(of message: RawSpan) throws(OpenSSLError) -> [UInt8] {
        ERR_clear_error()
        let hash = [UInt8](unsafeUninitializedCapacity: Self.length) { hash, initialized in
            var written: UInt32 = 0
            let result = message.withUnsafeBytes { message in
                EVP_Digest(message.baseAddress, message.count, hash.baseAddress, &written, EVP_sha512(), nil)
            }
            initialized = result == 1 ? Int(written) : 0
        }
        guard hash.count == Self.length else { throw .emptyingQueue(.operationFailed) }
        return hash
    }
}
