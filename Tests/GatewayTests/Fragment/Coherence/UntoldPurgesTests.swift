import Testing

@testable import Gateway

@Suite("What could not be told to other gateways is kept to be told")
struct UntoldPurgesTests {
    private static func tag(_ number: Int) -> PurgeRecord { PurgeRecord(.tag("t\(number)")) }

    @Test("each once, in its order, and with the latest place; what could not be told again is put back")
    func keeping() {
        var untold = UntoldPurges()
        untold.insert([Self.tag(1), Self.tag(2)], at: PurgePosition(rawValue: 7))
        untold.insert([Self.tag(2), Self.tag(3)], at: PurgePosition(rawValue: 5))
        #expect(untold.position == PurgePosition(rawValue: 7))
        let taken = untold.take()
        #expect(taken == [Self.tag(1), Self.tag(2), Self.tag(3)])
        #expect(untold.records.isEmpty)
        untold.insert([Self.tag(4)], at: PurgePosition(rawValue: 8))
        untold.insert(taken)
        #expect(Set(untold.records) == Set((1...4).map(Self.tag)))
        // Copies bear the place still.
        _ = untold.take()
        #expect(untold.position == PurgePosition(rawValue: 8))
    }

    @Test("when there are too many, everything has ended")
    func limit() {
        var untold = UntoldPurges()
        untold.insert((1...UntoldPurges.limit).map(Self.tag), at: PurgePosition(rawValue: 1))
        #expect(untold.records.count == UntoldPurges.limit)
        untold.insert([Self.tag(0)], at: PurgePosition(rawValue: 2))
        #expect(untold.records == [PurgeRecord(.everything)])
    }
}
