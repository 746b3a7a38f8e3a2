/// The sixteen hexadecimal digits of a number, without making a string.
struct HexadecimalDigits {
    private var digits = InlineArray<16, UInt8>(repeating: 0)

    @inline(__always)
    init(of number: UInt64) {
        var rest = number
        var place = 15
        while place >= 0 {
            let digit = UInt8(truncatingIfNeeded: rest & 0xf)
            self.digits[place] = digit < 10 ? 0x30 &+ digit : 0x57 &+ digit
            rest >>= 4
            place &-= 1
        }
    }

    /// Lends the digits, in ASCII.
    @inline(__always)
    func read(_ body: (Span<UInt8>) -> Void) { body(self.digits.span) }

    /// The digits as text.
    var text: String {
        var text = ""
        self.read { span in for place in span.indices { text.unicodeScalars.append(Unicode.Scalar(span[place])) } }
        return text
    }
}
