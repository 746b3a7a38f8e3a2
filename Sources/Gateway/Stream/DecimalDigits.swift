/// The decimal digits of a number, without making a string.
struct DecimalDigits {
    private var digits = InlineArray<20, UInt8>(repeating: 0)
    private var start = 20

    /// The digits of a number that is not negative.
    @inline(__always)
    init(of number: Int) {
        var rest = number
        repeat {
            self.start &-= 1
            self.digits[self.start] = 0x30 &+ UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
    }

    /// Lends the digits, in ASCII.
    @inline(__always)
    func read(_ body: (Span<UInt8>) -> Void) { body(self.digits.span.extracting(self.start..<20)) }
}
