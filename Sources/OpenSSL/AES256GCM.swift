import COpenSSL

/// Authenticated encryption with AES-256 in Galois/counter mode (NIST SP 800-38D), with nonces of 96 bits and tags of 128.
///
/// A nonce must never be used twice with a key. Nonces may be random for up to 2^32 messages of a key (section 8.3).
/// Each call has a context of its own, so that all threads may use one value.
package struct AES256GCM: Sendable {
    /// Bytes of a key.
    package static let keyLength = 32
    /// Bytes of a nonce.
    package static let nonceLength = 12
    /// Bytes of the tag at the end of a sealed message.
    package static let tagLength = 16

    private let key: [UInt8]

    /// - Throws: ``OpenSSLError/Code/keyLength``, or that the library does not have the algorithm.
    package init(key: [UInt8]) throws(OpenSSLError) {
        guard key.count == Self.keyLength else { throw OpenSSLError(code: .keyLength) }
        guard CipherContext.algorithm != nil else { throw .emptyingQueue(.algorithmUnavailable) }
        self.key = key
    }

    /// The ciphertext of a message, with the tag after it.
    ///
    /// - Parameters:
    ///   - message: what is sealed.
    ///   - nonce: ``nonceLength`` bytes that this key has never sealed with.
    ///   - associatedData: what is not in the result and must be the same to open it.
    /// - Returns: as many bytes as the message has, and ``tagLength`` more.
    /// - Throws: ``OpenSSLError/Code/nonceLength``, or what only a lack of memory brings about.
    package func seal(
        _ message: Span<UInt8>,
        nonce: Span<UInt8>,
        associatedData: Span<UInt8>
    ) throws(OpenSSLError) -> [UInt8] {
        let context = try CipherContext()
        try context.begin(.seal, key: self.key.span, nonce: nonce)
        try context.authenticate(associatedData)
        var sealed = try context.transform(message, room: Self.tagLength)
        guard context.finishes() else { throw .emptyingQueue(.operationFailed) }
        try context.appendTag(to: &sealed)
        return sealed
    }

    /// The message that was sealed.
    ///
    /// - Parameters:
    ///   - sealed: a ciphertext with its tag.
    ///   - nonce: the nonce that it was sealed with.
    ///   - associatedData: the associated data that it was sealed with.
    /// - Returns: the message.
    /// - Throws: ``OpenSSLError/Code/notAuthentic`` when a bit of any of them, or of the key, is another one.
    package func open(
        _ sealed: Span<UInt8>,
        nonce: Span<UInt8>,
        associatedData: Span<UInt8>
    ) throws(OpenSSLError) -> [UInt8] {
        guard sealed.count >= Self.tagLength else { throw OpenSSLError(code: .notAuthentic) }
        let end = sealed.count - Self.tagLength
        let context = try CipherContext()
        try context.begin(.open, key: self.key.span, nonce: nonce)
        try context.expectTag(sealed.extracting(end..<sealed.count))
        try context.authenticate(associatedData)
        let message = try context.transform(sealed.extracting(0..<end), room: 0)
        // The only way for it to fail is a tag that does not fit.
        guard context.finishes() else { throw .emptyingQueue(.notAuthentic) }
        return message
    }
}
