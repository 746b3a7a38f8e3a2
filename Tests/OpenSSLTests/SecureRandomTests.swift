import OpenSSL
import Testing

@Suite("Secure random bytes")
struct SecureRandomTests {
    @Test("as many as were asked for", arguments: [0, 1, 12, 16, 32, 4096])
    func counts(count: Int) throws {
        #expect(try SecureRandom.bytes(count).count == count)
    }

    @Test("never the same twice")
    func distinct() throws {
        var seen: Set<[UInt8]> = []
        for _ in 0..<1000 { seen.insert(try SecureRandom.bytes(16)) }
        #expect(seen.count == 1000)
    }
}
