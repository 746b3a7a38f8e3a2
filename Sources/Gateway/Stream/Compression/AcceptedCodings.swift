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
        var position = field.range.lowerBound
        let end = field.range.upperBound
        while position < end {
            if bytes[position].isSpace || bytes[position] == .comma {
                position &+= 1
                continue
            }
            // The name as a number, its last 8 letters: one comparison for each coding there is.
            let start = position
            var name: UInt64 = 0
            while position < end, bytes[position].isOfCodingName {
                name = name << 8 | UInt64(bytes[position].lowercased)
                position &+= 1
            }
            let length = position &- start
            let parametersStart = position
            while position < end, bytes[position] != .comma { position &+= 1 }
            let parameters = parametersStart..<position
            if name == CodingName.any, length == 1 {
                self.weightOfOthers = min(self.weightOfOthers, Self.weight(in: bytes, parameters))
            } else if let coding = CodingName.coding(name, length: length) {
                let place = Int(coding.rawValue)
                self.weights[place] = min(self.weights[place], Self.weight(in: bytes, parameters))
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

    /// The weight that stands behind a name (RFC 9110, section 12.4.2), 1,000 when there is none, 0 when it is malformed.
    @inline(__always)
    private static func weight(in bytes: Span<UInt8>, _ range: Range<Int>) -> UInt16 {
        range.isEmpty ? 1000 : Self.writtenWeight(in: bytes, range)
    }

    private static func writtenWeight(in bytes: Span<UInt8>, _ range: Range<Int>) -> UInt16 {
        var end = range.upperBound
        while end > range.lowerBound, bytes[end - 1].isSpace { end -= 1 }
        var position = range.lowerBound
        if position == end { return 1000 }
        while position < end, bytes[position].isSpace { position += 1 }
        guard position < end, bytes[position] == .semicolon else { return 0 }
        position += 1
        while position < end, bytes[position].isSpace { position += 1 }
        guard end - position >= 3, bytes[position].lowercased == 0x71, bytes[position + 1] == 0x3d else { return 0 }
        return Self.quality(in: bytes, position + 2..<end)
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

/// The names of codings, their letters as the digits of a number.
private enum CodingName {
    static let any: UInt64 = 0x2a

    @inline(__always)
    static func coding(_ name: UInt64, length: Int) -> ContentCoding? {
        switch (name, length) {
        case (0x6272, 2): .brotli
        case (0x64_637a, 3): .dictionaryZstd
        case (0x677a_6970, 4): .gzip
        case (0x7a73_7464, 4): .zstd
        // x-gzip is the same coding (RFC 9110, section 8.4.1.3).
        case (0x782d_677a_6970, 6): .gzip
        case (0x6964_656e_7469_7479, 8): .identity
        default: nil
        }
    }
}

extension UInt8 {
    @inline(__always)
    fileprivate var isSpace: Bool { self == .space || self == .tab }

    /// Whether the byte goes on with a coding's name: it ends at white space, a parameter or the next item.
    @inline(__always)
    fileprivate var isOfCodingName: Bool { self != .semicolon && self != .comma && !self.isSpace }
}
