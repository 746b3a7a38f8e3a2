import Testing

@testable import Gateway

@Suite struct KeyPositionsTests {
    @Test(arguments: [1, KeyPositions.looked, KeyPositions.looked + 1, 300]) func findsEveryKey(count: Int) {
        var positions = KeyPositions()
        for number in 0..<count {
            let key = CacheKey(high: 7, low: UInt64(number))
            #expect(positions[key] == nil)
            positions.append(key)
            #expect(positions[key] == number)
        }
        for number in 0..<count { #expect(positions[CacheKey(high: 7, low: UInt64(number))] == number) }
        #expect(positions[CacheKey(high: 8, low: 0)] == nil)
    }
}
