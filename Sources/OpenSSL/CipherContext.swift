import COpenSSL

/// One message's way through AES-256-GCM; it is freed, and its key schedule cleansed, when it goes out of scope.
struct CipherContext: ~Copyable {
    enum Direction: Int32 {
        case open = 0
        case seal = 1
    }

    /// The algorithm, fetched once: a fetch costs more than sealing a cookie does.
    ///
    /// A fetched algorithm is never changed and lives as long as the process, and the library counts its references
    /// atomically, so that all threads may use it (`EVP_CIPHER_fetch` in OpenSSL's crypto(7)).
    nonisolated(unsafe) static let algorithm = EVP_CIPHER_fetch(nil, "AES-256-GCM", nil)

    private let pointer: OpaquePointer

    init() throws(OpenSSLError) {
        // Errors that another user of this thread left would be taken for ours.
        ERR_clear_error()
        guard let pointer = EVP_CIPHER_CTX_new() else { throw .emptyingQueue(.operationFailed) }
        self.pointer = pointer
    }

    deinit { EVP_CIPHER_CTX_free(self.pointer) }

    /// Sets the key and the nonce, whose lengths are checked here because the library reads as much as it wants.
    func begin(_ direction: Direction, key: Span<UInt8>, nonce: Span<UInt8>) throws(OpenSSLError) {
        guard key.count == AES256GCM.keyLength else { throw OpenSSLError(code: .keyLength) }
        guard nonce.count == AES256GCM.nonceLength else { throw OpenSSLError(code: .nonceLength) }
        guard let cipher = Self.algorithm else { throw .emptyingQueue(.algorithmUnavailable) }
        let status = key.withUnsafeBufferPointer { key in
            nonce.withUnsafeBufferPointer { nonce in
                EVP_CipherInit_ex2(self.pointer, cipher, key.baseAddress, nonce.baseAddress, direction.rawValue, nil)
            }
        }
        guard status == 1 else { throw .emptyingQueue(.operationFailed) }
    }

    /// Takes in the associated data.
    func authenticate(_ data: Span<UInt8>) throws(OpenSSLError) {
        // With no input at all the call would mean something else.
        guard !data.isEmpty else { return }
        guard let count = Int32(exactly: data.count) else { throw OpenSSLError(code: .tooLong) }
        var written: Int32 = 0
        let status = data.withUnsafeBufferPointer {
            EVP_CipherUpdate(self.pointer, nil, &written, $0.baseAddress, count)
        }
        guard status == 1 else { throw .emptyingQueue(.operationFailed) }
    }

    /// The input enciphered or deciphered: as many bytes, since the mode is a stream.
    ///
    /// The result's memory has `room` bytes to spare.
    func transform(_ input: Span<UInt8>, room: Int) throws(OpenSSLError) -> [UInt8] {
        guard !input.isEmpty else { return [] }
        guard let count = Int32(exactly: input.count) else { throw OpenSSLError(code: .tooLong) }
        var status: Int32 = 0
        let output = [UInt8](unsafeUninitializedCapacity: input.count + room) { output, initialized in
            var written: Int32 = 0
            status = input.withUnsafeBufferPointer {
                EVP_CipherUpdate(self.pointer, output.baseAddress, &written, $0.baseAddress, count)
            }
            initialized = status == 1 ? Int(written) : 0
        }
        guard status == 1, output.count == input.count else { throw .emptyingQueue(.operationFailed) }
        return output
    }

    /// Ends the message: `false` when the tag is not the expected one.
    func finishes() -> Bool {
        // The mode has no bytes left to write; the library wants a place for them all the same.
        var rest: (UInt64, UInt64) = (0, 0)
        var written: Int32 = 0
        return withUnsafeMutableBytes(of: &rest) {
            EVP_CipherFinal_ex(self.pointer, $0.bindMemory(to: UInt8.self).baseAddress, &written)
        } == 1
    }

    /// Writes the tag of the finished message.
    func appendTag(to sealed: inout [UInt8]) throws(OpenSSLError) {
        let length = AES256GCM.tagLength
        var status: Int32 = 0
        let tag = [UInt8](unsafeUninitializedCapacity: length) { buffer, initialized in
            status = EVP_CIPHER_CTX_ctrl(self.pointer, EVP_CTRL_AEAD_GET_TAG, Int32(length), buffer.baseAddress)
            initialized = status == 1 ? length : 0
        }
        guard status == 1 else { throw .emptyingQueue(.operationFailed) }
        sealed += tag
    }

    /// Sets the tag that the message must have.
    func expectTag(_ tag: Span<UInt8>) throws(OpenSSLError) {
        let status = tag.withUnsafeBufferPointer { tag in
            // The library copies the tag; its parameter is mutable because the call also reads tags.
            EVP_CIPHER_CTX_ctrl(
                self.pointer,
                EVP_CTRL_AEAD_SET_TAG,
                Int32(tag.count),
                UnsafeMutableRawPointer(mutating: tag.baseAddress)
            )
        }
        guard status == 1 else { throw .emptyingQueue(.operationFailed) }
    }
}
