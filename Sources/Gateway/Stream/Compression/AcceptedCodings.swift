/// What a client says of content codings in `Accept-Encoding` (RFC 9110, section 12.5.3).
///
/// An item with a malformed weight stands for a refusal; a coding that is named twice has the lower weight.
struct AcceptedCodings: Sendable {
    /// The weights in thousandths, by the codings' raw values.
    private var weights: InlineArray<5, UInt16> = .init(repeating: Self.unnamed)
    /// The weight of `*`.
    private var weightOfOthers = Self.unnamed
    private static let unnamed = UInt16.max

    /// The client has said nothing.
    init() {}

    /// What one line of the field says.
    init(_ field: ByteRange, in bytes: Span<UInt8>) {
        self.add(field, in: bytes)
    }

    /// Takes in one line of the field; several lines count as one list.
    mutating func add(_ field: ByteRange, in bytes: Span<UInt8>) {
        var items = ListItems(of: field)
        while let item = items.next(in: bytes) {
            let range = item.range
            var end = range.lowerBound
            while end < range.upperBound, bytes[end].isOfCodingName { end += 1 }
            let name = ByteRange(offset: range.lowerBound, length: end - range.lowerBound)
            if name.length == 1, bytes[range.lowerBound] == .asterisk {
                self.weightOfOthers = min(self.weightOfOthers, Self.weight(in: bytes, end..<range.upperBound))
            } else if let coding = Self.coding(name, in: bytes) {
                let weight = Self.weight(in: bytes, end..<range.upperBound)
                self.weights[Int(coding.rawValue)] = min(self.weights[Int(coding.rawValue)], weight)
            }
        }
    }

    /// How much a coding is wanted, in thousandths; 0 when it is not to be sent.
    ///
    /// That of identity is 0 also when nothing is said of it: it may be sent then, and whatever is named is better.
    func weight(of coding: ContentCoding) -> Int {
        let named = self.weights[Int(coding.rawValue)]
        if named != Self.unnamed { return Int(named) }
        return self.weightOfOthers == Self.unnamed ? 0 : Int(self.weightOfOthers)
    }

    private static func coding(_ name: ByteRange, in bytes: Span<UInt8>) -> ContentCoding? {
        switch name.length {
        case 2: bytes.matchesIgnoringCase("br", at: name) ? .brotli : nil
        case 3: bytes.matchesIgnoringCase("dcz", at: name) ? .dictionaryZstd : nil
        case 4:
            if bytes.matchesIgnoringCase("gzip", at: name) {
                .gzip
            } else {
                bytes.matchesIgnoringCase("zstd", at: name) ? .zstd : nil
            }
        // The same coding (RFC 9110, section 8.4.1.3).
        case 6: bytes.matchesIgnoringCase("x-gzip", at: name) ? .gzip : nil
        case 8: bytes.matchesIgnoringCase("identity", at: name) ? .identity : nil
        default: nil
        }
    }

    /// The weight that stands behind a name (RFC 9110, section 12.4.2), 1,000 when there is none, 0 when it is malformed.
    private static func weight(in bytes: Span<UInt8>, _ range: Range<Int>) -> UInt16 {
        if range.isEmpty { return 1000 }
        var position = range.lowerBound
        func skipSpace() {
            while position < range.upperBound, bytes[position] == .space || bytes[position] == .tab { position += 1 }
        }
        skipSpace()
        guard position < range.upperBound, bytes[position] == .semicolon else { return 0 }
        position += 1
        skipSpace()
        guard range.upperBound - position >= 3, bytes[position].lowercased == 0x71, bytes[position + 1] == 0x3d else {
            return 0
        }
        return Self.quality(in: bytes, position + 2..<range.upperBound)
    }

    /// `0` to `1` with at most three decimals, in thousandths; 0 when it is malformed.
    private static func quality(in bytes: Span<UInt8>, _ range: Range<Int>) -> UInt16 {
        let first = bytes[range.lowerBound]
        guard first == 0x30 || first == 0x31, range.count <= 5 else { return 0 }
        var value = UInt16(first - 0x30) * 1000
        guard range.count > 1 else { return value }
        guard bytes[range.lowerBound + 1] == 0x2e else { return 0 }
        var unit: UInt16 = 100
        for position in range.dropFirst(2) {
            guard bytes[position].isDigit else { return 0 }
            value += UInt16(bytes[position] - 0x30) * unit
            unit /= 10
        }
        return value <= 1000 ? value : 0
    }
}

extension UInt8 {
    fileprivate static let asterisk: UInt8 = 0x2a

    /// Whether the byte goes on with a coding's name: it ends at white space or a parameter.
    @inline(__always)
    fileprivate var isOfCodingName: Bool { self != .semicolon && self != .space && self != .tab }
}
