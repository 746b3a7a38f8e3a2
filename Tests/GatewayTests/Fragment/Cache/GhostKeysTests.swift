import Testing

@testable import Gateway

@Suite struct GhostKeysTests {
    private func key(_ number: Int) -> CacheKey {
        var generator = RepeatableGenerator(seed: UInt64(number))
        return CacheKey(high: generator.next(), low: generator.next())
    }

    @Test func remembersTheKeysThatLeftLast() {
        var ghosts = GhostKeys(capacity: 64)
        ghosts.insert(key(1))
        #expect(ghosts.remove(key(1), within: 10) == true)
        // Asked and forgotten.
        #expect(ghosts.remove(key(1), within: 10) == false)
        #expect(ghosts.remove(key(2), within: 10) == false)
    }

    @Test func forgetsThoseThatLeftLongAgo() {
        var ghosts = GhostKeys(capacity: 1024)
        for number in 0..<30 { ghosts.insert(key(number)) }
        #expect(ghosts.remove(key(29), within: 10) == true)
        #expect(ghosts.remove(key(20), within: 10) == true)
        #expect(ghosts.remove(key(19), within: 10) == false)
    }

    @Test func displacesTheOldestOfABucket() {
        var ghosts = GhostKeys(capacity: 4)
        for number in 0..<5 { ghosts.insert(key(number)) }
        #expect(ghosts.remove(key(0), within: 100) == false)
        for number in 1..<5 { #expect(ghosts.remove(key(number), within: 100) == true) }
    }
}
