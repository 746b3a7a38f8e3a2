import COpenSSL

/// Random bytes that nobody can foretell.
package enum SecureRandom {
    /// Bytes of the library's generator, which each thread has its own of and the system's entropy seeds.
    ///
    /// - Throws: ``OpenSSLError/Code/operationFailed`` when there is no entropy.
    package static func bytes(_ count: Int) throws(OpenSSLError) -> [UInt8] {
        guard count > 0 else { return [] }
        guard let length = Int32(exactly: count) else { throw OpenSSLError(code: .tooLong) }
        ERR_clear_error()
        var status: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            status = RAND_bytes(buffer.baseAddress, length)
            initialized = status == 1 ? count : 0
        }
        guard status == 1 else { throw .emptyingQueue(.operationFailed) }
        return bytes
    }
}
