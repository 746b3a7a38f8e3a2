/// The 16 random bytes that a session is known by.
struct SessionIdentifier: Hashable, Sendable {
    /// Bytes of an id.
    static let length = 16

    let bytes: [UInt8]

    /// - Returns: nil when there are not ``length`` bytes.
    init?(_ bytes: some Sequence<UInt8>) {
        self.bytes = [UInt8](bytes)
        guard self.bytes.count == Self.length else { return nil }
    }

    /// Two small hexadecimal digits a byte.
    var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(2 * Self.length)
        for byte in self.bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 0xf)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
