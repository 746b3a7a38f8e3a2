/// The bytes of hexadecimal digits.
func bytes(hex text: String) -> [UInt8] {
    var digits = text.utf8.compactMap { UInt8(String(UnicodeScalar($0)), radix: 16) }[...]
    var bytes: [UInt8] = []
    while let high = digits.popFirst(), let low = digits.popFirst() { bytes.append(high << 4 | low) }
    return bytes
}
