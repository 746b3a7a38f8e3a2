import COpenSSL

/// Comparisons whose time does not tell where two secrets differ.
package enum ConstantTime {
    /// Whether two runs hold the same bytes; their lengths are not secret.
    package static func areEqual(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        return left.withUnsafeBufferPointer { left in
            right.withUnsafeBufferPointer { right in
                // Two empty runs have no addresses to compare at.
                guard let first = left.baseAddress, let second = right.baseAddress else { return true }
                return CRYPTO_memcmp(first, second, left.count) == 0
            }
        }
    }
}
