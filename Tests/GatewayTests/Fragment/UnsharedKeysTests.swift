import Testing

@testable import Gateway

@Suite struct UnsharedKeysTests {
    private let now = Instant(milliseconds: 1_000_000)
    private let key = CacheKey(high: 1, low: 2)

    @Test func remembersForAWhile() {
        var keys = UnsharedKeys()
        #expect(!keys.contains(key, at: now))
        keys.insert(key, at: now)
        #expect(keys.contains(key, at: now + .seconds(59)))
        #expect(!keys.contains(CacheKey(high: 2, low: 1), at: now))
        #expect(!keys.contains(key, at: now + .seconds(60)))
    }

    @Test func forgetsWhatMayBeKeptAgain() {
        var keys = UnsharedKeys()
        keys.remove(key)
        keys.insert(key, at: now)
        keys.remove(key)
        #expect(!keys.contains(key, at: now))
    }

    @Test func isBounded() {
        var keys = UnsharedKeys()
        keys.insert(key, at: now)
        for low in 0..<UInt64(UnsharedKeys.limit) { keys.insert(CacheKey(high: 9, low: low), at: now) }
        #expect(!keys.contains(key, at: now))
        #expect(keys.contains(CacheKey(high: 9, low: UInt64(UnsharedKeys.limit) - 1), at: now))
    }
}
