import NIOCore

/// What a page is made of: enough to tell whether another one has the same bytes, without looking at them.
///
/// A page is a row of runs. Neighbouring pieces that are not personal make one run, whose key stands for its bytes;
/// each personal piece is a run of its own. A page without personal pieces is one run, and its key names the page.
struct PageRecipe {
    /// Pieces that are compressed together.
    struct Run: Equatable {
        /// The identity of the run's bytes.
        var key: CacheKey
        /// The number of the run's bytes.
        var length: Int
        var nature: PieceNature
    }

    private(set) var runs: ContiguousArray<Run> = []
    /// The number of the page's bytes.
    private(set) var length = 0
    let hasher: CacheKeyHasher
    /// The key of no bytes.
    private(set) var seed: CacheKey

    /// The recipe of a page without pieces.
    ///
    /// - Parameters:
    ///   - text: the identity of the page's static text, of which pieces are named by their places.
    ///   - hasher: makes keys; the same for all recipes that are compared.
    init(text: CacheKey, hasher: CacheKeyHasher) {
        self.seed = text
        self.hasher = hasher
    }

    /// Begins anew, with another page.
    mutating func begin(text: CacheKey) {
        self.seed = text
        self.length = 0
        self.runs.removeAll(keepingCapacity: true)
    }

    /// Whether all of the page may be remembered as one.
    var isShared: Bool { self.runs.count == 1 && self.runs[0].nature != .personal }

    /// Adds a piece of static text.
    @inline(__always)
    mutating func add(text range: Range<Int>) {
        self.add(
            // No hash of 128 bits has such a high half by chance, so that no text is mistaken for a fragment.
            CacheKey(high: .max, low: UInt64(truncatingIfNeeded: range.lowerBound << 32 | range.upperBound)),
            length: range.count,
            .common
        )
    }

    /// Adds a piece whose bytes have an identity.
    @inline(__always)
    mutating func add(_ version: CacheKey, length: Int, _ nature: PieceNature) {
        guard length > 0 else { return }
        self.length &+= length
        let last = self.runs.count &- 1
        if nature != .personal, last >= 0, self.runs[last].nature != .personal {
            self.runs[last].key = self.hasher.mix(self.runs[last].key, version)
            self.runs[last].length &+= length
            if self.runs[last].nature < nature { self.runs[last].nature = nature }
        } else {
            self.runs.append(Run(key: self.hasher.mix(self.seed, version), length: length, nature: nature))
        }
    }
}
