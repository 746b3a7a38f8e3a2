/// The part of a Redis cluster's keys that a key belongs to: one of 16384, each of which one master answers for.
enum RedisHashSlot {
    static let count = 16_384

    /// The slot of a key: the CRC of its hash tag, which is what stands in its first pair of braces, or of all of it.
    static func of(_ key: some StringProtocol) -> Int {
        let bytes = key.utf8
        if let open = bytes.firstIndex(of: UInt8(ascii: "{")) {
            let inner = bytes[bytes.index(after: open)...]
            if let close = inner.firstIndex(of: UInt8(ascii: "}")), close != inner.startIndex {
                return Int(self.crc(inner[..<close])) % Self.count
            }
        }
        return Int(self.crc(bytes)) % Self.count
    }

    /// CRC-16/XMODEM: the polynomial 0x1021, nothing reflected, beginning with 0.
    private static func crc(_ bytes: some Sequence<UInt8>) -> UInt16 {
        bytes.reduce(0) { crc, byte in crc << 8 ^ Self.table[Int(crc >> 8 ^ UInt16(byte))] }
    }

    private static let table: [UInt16] = (0..<256).map { index in
        (0..<8).reduce(UInt16(index) << 8) { crc, _ in crc & 0x8000 == 0 ? crc << 1 : crc << 1 ^ 0x1021 }
    }
}
