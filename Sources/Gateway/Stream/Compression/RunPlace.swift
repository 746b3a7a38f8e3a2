/// A place in a page, as far as what is deflated there depends on it: the shared runs before it, and the lengths, not
/// the bytes, of the personal ones.
struct RunPlace {
    private var key: CacheKey
    /// Whether there is anything before it that has a length only.
    private(set) var isAfterPersonal = false
    private let hasher: CacheKeyHasher

    /// No hash has such a high half by chance, so that no length is mistaken for a run.
    private static let personalDimension = UInt64.max - 1
    /// What tells the form of a run in its place from the form that fits anywhere.
    private static let aloneDimension = CacheKey(high: 0, low: 0)

    /// The beginning of a page.
    init(_ recipe: PageRecipe) {
        self.key = recipe.seed
        self.hasher = recipe.hasher
    }

    /// Goes on behind a run.
    mutating func pass(_ run: PageRecipe.Run) {
        if run.nature == .personal {
            self.isAfterPersonal = true
            self.key = self.hasher.mix(
                self.key,
                CacheKey(high: Self.personalDimension, low: UInt64(truncatingIfNeeded: run.length))
            )
        } else {
            self.key = self.hasher.mix(self.key, run.key)
        }
    }

    /// The key of the form that a run has in this place alone; nil where that is the one that fits anywhere.
    func placedKey(of run: PageRecipe.Run) -> CacheKey? {
        self.isAfterPersonal ? self.hasher.mix(self.key, run.key) : nil
    }

    /// The key of the form that fits anywhere.
    func aloneKey(of run: PageRecipe.Run) -> CacheKey { self.hasher.mix(run.key, Self.aloneDimension) }
}
