import OpenSSL

extension CacheKeyHasher {
    /// A hasher whose secrets follow from a text, so that all gateways that have the text make the same keys.
    ///
    /// - Parameters:
    ///   - secret: the text; without one the secrets are drawn at random.
    ///   - purpose: what the keys are for: nothing can be told of one purpose's from another's.
    /// - Throws: that the library has no memory.
    init(derivedFrom secret: Secret?, for purpose: String) throws(OpenSSLError) {
        guard let secret else {
            self.init()
            return
        }
        let bytes = try HKDFSHA256.derive(
            from: Array(secret.reveal().utf8),
            salt: Array("rose-ash gateway hashes".utf8),
            info: Array(purpose.utf8),
            length: 32
        )
        var words = ListedWords(bytes: bytes)
        self.init(using: &words)
    }
}

/// Gives the words that bytes are made of, one after the other.
private struct ListedWords: RandomNumberGenerator {
    var bytes: [UInt8]

    mutating func next() -> UInt64 {
        defer { self.bytes.removeFirst(8) }
        return self.bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}
