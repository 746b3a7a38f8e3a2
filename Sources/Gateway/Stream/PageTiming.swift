import NIOCore

/// Where the parts of a page came from: its `Server-Timing`, and with it its `Cache-Status` (RFC 9211).
struct PageTiming {
    /// Entries are left out beyond this many bytes, so that a page of many parts still has a head of bounded size.
    static let limit = 4096

    /// What it says of a page whose parts come from memory, in the order of the page.
    private let ofMemory: MemoryTimings?
    /// How many parts have come so: as long as all have, nothing is written down.
    private var leading = 0
    /// The entries, with a comma in front of each; empty as long as `leading` tells of them.
    private var entries = ByteBuffer()
    /// Whether every part so far was fresh in a cache.
    private(set) var isHit = true

    /// No entries yet.
    init(ofMemory: MemoryTimings? = nil) {
        self.ofMemory = ofMemory
    }

    var isEmpty: Bool { self.leading == 0 && self.entries.readableBytes == 0 }

    /// Adds a part that was fresh in memory.
    @inline(__always)
    mutating func addFromMemory(_ bound: BoundUse) {
        if self.leading == bound.use.index, self.ofMemory != nil, self.entries.readableBytes == 0 {
            self.leading &+= 1
        } else {
            self.add(bound, .memory)
        }
    }

    mutating func add(_ bound: BoundUse, _ step: FragmentStep, after elapsed: TimeAmount? = nil) {
        if !step.isHit { self.isHit = false }
        if self.leading > 0, let ofMemory {
            self.entries = ofMemory.first(self.leading)
            self.leading = 0
        }
        guard self.entries.readableBytes < Self.limit else { return }
        self.entries.writeImmutableBuffer(bound.timingName)
        self.entries.writeString(step.rawValue)
        if let elapsed {
            // Milliseconds with a tenth, as the field has them (W3C Server Timing, section 3.2).
            let tenths = max(0, elapsed.nanoseconds) / 100_000
            self.entries.append(";dur=")
            self.entries.append(decimal: Int(tenths / 10))
            self.entries.append(".")
            self.entries.append(decimal: Int(tenths % 10))
        }
    }

    /// The value of `Server-Timing`.
    @inline(__always)
    var value: ByteBuffer {
        var entries = self.entries
        if self.leading > 0, let ofMemory { entries = ofMemory.first(self.leading) }
        entries.moveReaderIndex(forwardBy: min(2, entries.readableBytes))
        return entries
    }

    /// The value of `Server-Timing`, as text.
    var text: String { String(buffer: self.value) }

    /// The line `Cache-Status`: the answer came from here, or had to be asked for.
    var cacheStatusLine: StaticString {
        self.isHit ? "Cache-Status: rose-ash; hit\r\n" : "Cache-Status: rose-ash; fwd=miss\r\n"
    }
}

/// The entries of `Server-Timing` for a page's uses, one after the other, as they are when all come from memory.
final class MemoryTimings: Sendable {
    private let entries: ByteBuffer
    /// Where the entry of each use ends.
    private let ends: [Int]

    init(_ uses: [BoundUse]) {
        var entries = ByteBuffer()
        var ends: [Int] = []
        for use in uses {
            if entries.readableBytes < PageTiming.limit { entries.writeImmutableBuffer(use.memoryTiming) }
            ends.append(entries.readableBytes)
        }
        self.entries = entries
        self.ends = ends
    }

    /// The entries of the first uses, at least one.
    @inline(__always)
    func first(_ count: Int) -> ByteBuffer {
        var entries = self.entries
        entries.moveWriterIndex(to: self.ends[count - 1])
        return entries
    }
}
