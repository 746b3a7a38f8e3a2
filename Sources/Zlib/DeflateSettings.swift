/// How hard a ``DeflateStream`` tries, and how much memory it has for that.
package struct DeflateSettings: Hashable, Sendable {
    /// What stands around the deflated bytes.
    package enum Framing: Hashable, Sendable {
        /// Nothing (RFC 1951).
        case raw
        /// The header and trailer of a gzip member (RFC 1952).
        case gzip
    }

    package let framing: Framing
    /// From 0, which stores, over 1, the fastest, to 9, the smallest.
    package let level: Int32
    /// The logarithm of the bytes that a reference reaches back: 9 to 15.
    package let windowBits: Int32
    /// The logarithm of the tables' size, less a constant: 1 to 9.
    package let memoryLevel: Int32

    package init(framing: Framing, level: Int32, windowBits: Int32 = 15, memoryLevel: Int32 = 8) {
        self.framing = framing
        self.level = level
        self.windowBits = windowBits
        self.memoryLevel = memoryLevel
    }

    /// The bytes of memory that a stream takes, as zconf.h states them, without some kilobytes of small objects.
    package var memoryCost: Int { 1 << (self.windowBits + 2) + 1 << (self.memoryLevel + 9) }

    /// The library tells the framings apart by the number that also holds the window.
    var libraryWindowBits: Int32 {
        switch self.framing {
        case .raw: -self.windowBits
        case .gzip: self.windowBits + 16
        }
    }
}
