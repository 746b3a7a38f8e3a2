import NIOCore
import Testing

@testable import Gateway

@Suite struct StoredFragmentTests {
    @Test func tellsWhatMayBeDoneWithIt() {
        let start = Instant(milliseconds: 1_000_000)
        let fragment = StoredFragment(
            storedAt: start,
            freshUntil: start + .seconds(10),
            revalidateUntil: start + .seconds(20),
            errorUntil: start + .seconds(30),
            body: ByteBuffer()
        )
        let expected: [(Int, StoredFragment.Usability)] = [
            (0, .fresh), (9, .fresh), (10, .staleWhileRevalidate), (19, .staleWhileRevalidate), (20, .staleIfError),
            (29, .staleIfError), (30, .expired), (1000, .expired),
        ]
        for (second, usability) in expected {
            #expect(fragment.usability(at: start + .seconds(second)) == usability, "after \(second) s")
        }
        #expect(fragment.lifetime(at: start + .seconds(5)) == .seconds(25))
        #expect(fragment.lifetime(at: start + .seconds(50)) == .zero)
    }

    @Test func doesNotBecomeStaleBeforeItIsFresh() {
        let start = Instant(milliseconds: 1_000_000)
        let fragment = StoredFragment(
            storedAt: start,
            freshUntil: start + .seconds(10),
            revalidateUntil: start,
            body: ByteBuffer()
        )
        #expect(fragment.revalidateUntil == fragment.freshUntil)
        #expect(fragment.errorUntil == fragment.freshUntil)
    }

    @Test func keepsABodyOfItsOwnOnly() throws {
        let large = ByteBuffer(repeating: 0x61, count: 100_000)
        let slice = try #require(large.getSlice(at: 500, length: 1000))
        let fragment = StoredFragment(storedAt: .distantPast, freshUntil: .distantPast, body: slice)
        #expect(fragment.body == slice)
        #expect(fragment.body.storageCapacity == 1024)
        let exact = ByteBufferAllocator().buffer(capacity: 1024)
        #expect(exact.storageCapacity == 1024)
    }

    @Test func countsItsBytes() {
        func cost(_ body: Int, tags: [String] = [], title: String? = nil) -> Int {
            StoredFragment(
                storedAt: .distantPast,
                freshUntil: .distantPast,
                tags: tags,
                title: title,
                body: ByteBuffer(repeating: 0x61, count: body)
            ).memoryCost
        }
        #expect(cost(4096) - cost(1024) == 3072)
        #expect(cost(0, title: String(repeating: "x", count: 100)) - cost(0) >= 100)
        #expect(cost(0, title: "short") == cost(0))
        #expect(cost(0, tags: ["a", "b"]) > cost(0, tags: ["a"]))
        #expect(cost(0) > MemoryLayout<StoredFragment>.size)
    }
}
