/// The encoding of `Fragment-Title`: printable ASCII as it stands, all else percent-encoded as UTF-8.
enum FragmentTitle {
    /// The field's value for a title; `%` and spaces at the ends are encoded too, since they would not arrive.
    static func encode(_ title: String) -> String {
        var result = ""
        let bytes = title.utf8
        let first = bytes.firstIndex { $0 != UInt8(ascii: " ") } ?? bytes.endIndex
        let last = bytes.lastIndex { $0 != UInt8(ascii: " ") } ?? bytes.startIndex
        for index in bytes.indices {
            let byte = bytes[index]
            let isInnerSpace = byte == UInt8(ascii: " ") && index > first && index < last
            PercentEncoding.append(
                byte,
                kept: isInnerSpace || byte.isVisible && byte != UInt8(ascii: "%"),
                to: &result
            )
        }
        return result
    }

    /// The title of a field's value.
    ///
    /// A `%` that two hexadecimal digits do not follow stands for itself, as in `100% wool`.
    ///
    /// - Parameter value: the field's value.
    /// - Returns: the title, or nil when the decoded bytes are not UTF-8.
    static func decode(_ value: some StringProtocol) -> String? {
        var bytes: [UInt8] = []
        var rest = Substring(value).utf8
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let high = rest.first?.hexadecimalValue,
                let low = rest.dropFirst().first?.hexadecimalValue
            {
                bytes.append(high << 4 | low)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
