/// The sixteen hexadecimal digits of a number, without making a string.
struct HexadecimalDigits {
    /// Eight digits each, the first in the lowest address.
    private var digits: InlineArray<2, UInt64>

    @inline(__always)
    init(of number: UInt64) {
        self.digits = [
            Self.digits(of: UInt32(truncatingIfNeeded: number >> 32)).bigEndian,
            Self.digits(of: UInt32(truncatingIfNeeded: number)).bigEndian,
        ]
    }

    /// Eight digits in the bytes of a word, all at once.
    @inline(__always)
    private static func digits(of half: UInt32) -> UInt64 {
        // Four bits in each byte.
        var bytes = UInt64(half)
        bytes = (bytes | bytes << 16) & 0x0000_ffff_0000_ffff
        bytes = (bytes | bytes << 8) & 0x00ff_00ff_00ff_00ff
        bytes = (bytes | bytes << 4) & 0x0f0f_0f0f_0f0f_0f0f
        // 1 where a letter is due, which lies 39 beyond the digit's place.
        let letters = (bytes + 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
        return bytes + 0x3030_3030_3030_3030 + letters * 39
    }

    /// Lends the digits, in ASCII.
    @inline(__always)
    func read(_ body: (RawSpan) -> Void) {
        // Words are plain bytes.
        unsafe body(self.digits.span.bytes)
    }

    /// The digits as text.
    var text: String {
        var text = ""
        self.read { bytes in text = unsafe bytes.withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) } }
        return text
    }
}
