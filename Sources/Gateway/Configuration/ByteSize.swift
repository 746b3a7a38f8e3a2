/// A number of bytes as the configuration writes it.
struct ByteSize: Equatable, CustomStringConvertible {
    private static let units: [(name: String, bytes: Int)] = [
        ("GB", 1 << 30), ("MB", 1 << 20), ("KB", 1 << 10), ("B", 1),
    ]

    let bytes: Int

    init(bytes: Int) {
        self.bytes = bytes
    }

    /// Reads `512B`, `64KB`, `1MB`, `2GB` or `0`; `nil` for anything else and for what does not fit in 64 bits.
    init?(_ text: String) {
        guard text != "0" else {
            self.init(bytes: 0)
            return
        }
        for unit in Self.units where text.hasSuffix(unit.name) {
            let digits = text.dropLast(unit.name.count)
            guard PlainASCII.isDigits(digits), let count = Int(digits) else { return nil }
            let (bytes, overflow) = count.multipliedReportingOverflow(by: unit.bytes)
            guard !overflow else { return nil }
            self.init(bytes: bytes)
            return
        }
        return nil
    }

    /// The same in the largest unit that divides it.
    var description: String {
        for unit in Self.units where bytes != 0 && bytes.isMultiple(of: unit.bytes) {
            return "\(bytes / unit.bytes)\(unit.name)"
        }
        return "0"
    }
}
