import NIOCore

/// Where the parts of a page came from: its `Server-Timing`, and with it its `Cache-Status` (RFC 9211).
struct PageTiming {
    /// Entries are left out beyond this many bytes, so that a page of many parts still has a head of bounded size.
    static let limit = 4096

    /// The entries, with a comma in front of each.
    private var entries: ByteBuffer
    /// Whether every part so far was fresh in a cache.
    private(set) var isHit = true

    /// No entries yet; they are written to the storage of `scratch`.
    init(reusing scratch: consuming ByteBuffer = ByteBuffer()) {
        scratch.clear()
        self.entries = scratch
    }

    var isEmpty: Bool { self.entries.readableBytes == 0 }

    /// Adds a part that was fresh in memory.
    @inline(__always)
    mutating func addFromMemory(_ bound: BoundUse) {
        guard self.entries.readableBytes < Self.limit else { return }
        self.entries.writeImmutableBuffer(bound.memoryTiming)
    }

    mutating func add(_ bound: BoundUse, _ step: FragmentStep, after elapsed: TimeAmount? = nil) {
        if !step.isHit { self.isHit = false }
        guard self.entries.readableBytes < Self.limit else { return }
        self.entries.writeImmutableBuffer(bound.timingName)
        self.entries.writeString(step.rawValue)
        if let elapsed {
            // Milliseconds with a tenth, as the field has them (W3C Server Timing, section 3.2).
            let tenths = max(0, elapsed.nanoseconds) / 100_000
            self.entries.writeString(";dur=\(tenths / 10).\(tenths % 10)")
        }
    }

    /// The value of `Server-Timing`.
    @inline(__always)
    var value: ByteBuffer {
        var entries = self.entries
        entries.moveReaderIndex(forwardBy: min(2, entries.readableBytes))
        return entries
    }

    /// The value of `Server-Timing`, as text.
    var text: String { String(buffer: self.value) }

    /// Gives the storage back, for the next page's entries.
    consuming func takeStorage() -> ByteBuffer { self.entries }

    /// The line `Cache-Status`: the answer came from here, or had to be asked for.
    var cacheStatusLine: StaticString {
        self.isHit ? "Cache-Status: rose-ash; hit\r\n" : "Cache-Status: rose-ash; fwd=miss\r\n"
    }
}
