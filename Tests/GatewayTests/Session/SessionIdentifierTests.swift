import Testing

@testable import Gateway

@Suite("Session identifier")
struct SessionIdentifierTests {
    @Test("sixteen bytes and no other number", arguments: 0...40)
    func lengths(count: Int) {
        #expect((SessionIdentifier([UInt8](repeating: 1, count: count)) != nil) == (count == 16))
    }

    @Test("two small digits a byte")
    func hexadecimal() throws {
        let id = try #require(SessionIdentifier([0, 1, 0x0f, 0x10, 0x7f, 0x80, 0xab, 0xff] + Array(0..<8)))
        #expect(id.hexadecimal == "00010f107f80abff0001020304050607")
    }
}
