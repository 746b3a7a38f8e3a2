import NIOCore

/// Where the parts of a page came from: its `Server-Timing`, and with it its `Cache-Status` (RFC 9211).
struct PageTiming {
    /// Entries are left out beyond this many bytes, so that a page of many parts still has a head of bounded size.
    static let limit = 4096

    private(set) var text = ""
    /// Whether every part so far was fresh in a cache.
    private(set) var isHit = true
    private(set) var isEmpty = true

    @inline(__always)
    mutating func add(_ bound: BoundUse, _ step: FragmentStep, after elapsed: TimeAmount? = nil) {
        if !step.isHit { self.isHit = false }
        guard self.text.utf8.count < Self.limit else { return }
        if !self.isEmpty { self.text += ", " }
        self.isEmpty = false
        self.text += bound.timingName
        self.text += step.rawValue
        if let elapsed {
            // Milliseconds with a tenth, as the field has them (W3C Server Timing, section 3.2).
            let tenths = max(0, elapsed.nanoseconds) / 100_000
            self.text += ";dur=\(tenths / 10).\(tenths % 10)"
        }
    }

    /// The value of `Cache-Status`: the answer came from here, or had to be asked for.
    var cacheStatus: StaticString { self.isHit ? "rose-ash; hit" : "rose-ash; fwd=miss" }
}
