import CZlib

/// The checksum of gzip (RFC 1952, section 8), which can be put together from the checksums of parts.
package struct CRC32: Hashable, Sendable {
    /// The checksum of the bytes so far; that of none is 0.
    package private(set) var value: UInt32

    /// The checksum of no bytes.
    package init() {
        self.value = 0
    }

    /// The checksum of a run of bytes.
    package init(of bytes: RawSpan) {
        self.init()
        self.append(bytes)
    }

    /// Goes on with more bytes.
    package mutating func append(_ bytes: RawSpan) {
        // Without an address the call would begin anew.
        guard !bytes.isEmpty else { return }
        let value = UInt(self.value)
        self.value = bytes.withUnsafeBytes {
            UInt32(truncatingIfNeeded: crc32_z(value, $0.baseAddress?.assumingMemoryBound(to: UInt8.self), $0.count))
        }
    }

    /// Goes on with bytes of which the checksum is known, and the operator of their number: some 20 ns, however many.
    package mutating func append(_ other: CRC32, _ combine: CombineOperator) {
        self.value = UInt32(
            truncatingIfNeeded: crc32_combine_op(UInt(self.value), UInt(other.value), UInt(combine.value))
        )
    }

    /// What a run's length does to the checksum before it; worth remembering with the run.
    package struct CombineOperator: Hashable, Sendable {
        fileprivate let value: UInt32

        package init(length: Int) {
            self.value = UInt32(truncatingIfNeeded: crc32_combine_gen(length))
        }
    }
}
