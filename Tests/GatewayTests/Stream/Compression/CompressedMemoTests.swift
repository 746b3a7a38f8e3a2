import NIOCore
import Testing
import Zlib

@testable import Gateway

@Suite struct CompressedMemoTests {
    private static func key(_ number: Int) -> CacheKey {
        var generator = RepeatableGenerator(seed: UInt64(number))
        return CacheKey(high: generator.next(), low: generator.next())
    }

    /// A page that tells its number, of so many bytes.
    private static func page(_ number: Int, _ count: Int = 1000) -> ByteBuffer {
        var page = ByteBuffer(integer: number)
        page.writeRepeatingByte(0x61, count: count - page.readableBytes)
        return page
    }

    @Test func remembersPagesAndRunsApart() throws {
        let memo = CompressedMemo(budget: 1 << 20)
        var stream = try DeflateStream(DeflateSettings(framing: .raw, level: 6))
        let run = try DeflatedRun(deflating: Array("a run".utf8).span.bytes, through: &stream)
        #expect(memo.page(Self.key(1)) == nil)
        memo.insert(Self.key(1), page: Self.page(1))
        memo.insert(Self.key(2), run: run)
        #expect(memo.page(Self.key(1)) == Self.page(1))
        #expect(memo.run(Self.key(2))?.bytes == run.bytes)
        #expect(memo.run(Self.key(1)) == nil)
        #expect(memo.page(Self.key(2)) == nil)
        #expect(memo.count == 2)
        #expect(memo.counters.insertions == 2)
        #expect(memo.bytes >= 1000 + run.memoryCost)
    }

    @Test func admitsWhatIsAskedForAgain() {
        let memo = CompressedMemo(budget: 1 << 20)
        #expect(!memo.admits(Self.key(1)))
        #expect(!memo.admits(Self.key(2)))
        #expect(memo.admits(Self.key(1)))
        #expect(memo.admits(Self.key(2)))
        #expect(memo.counters.refusals == 2)
        // What was asked for long ago is forgotten.
        for number in 10..<40_000 { _ = memo.admits(Self.key(number)) }
        #expect(!memo.admits(Self.key(1)))
    }

    @Test func aSecondValueOfAKeyChangesNothing() {
        let memo = CompressedMemo(budget: 1 << 20)
        memo.insert(Self.key(1), page: Self.page(1))
        let bytes = memo.bytes
        memo.insert(Self.key(1), page: Self.page(2))
        #expect(memo.page(Self.key(1)) == Self.page(1))
        #expect(memo.bytes == bytes)
        #expect(memo.counters.insertions == 1)
    }

    @Test func refusesWhatWouldDisplaceTooMuch() {
        let memo = CompressedMemo(budget: 64 << 10)
        memo.insert(Self.key(1), page: Self.page(1, 9 << 10))
        #expect(memo.count == 0)
        #expect(memo.counters.refusals == 1)
        let none = CompressedMemo(budget: 0)
        none.insert(Self.key(1), page: Self.page(1))
        #expect(none.count == 0 && none.bytes == 0)
    }

    @Test func keepsWhatIsUsed() {
        let memo = CompressedMemo(budget: 64 << 10)
        for number in 0..<10 { memo.insert(Self.key(number), page: Self.page(number)) }
        for number in 1000..<2000 {
            for used in 0..<10 { #expect(memo.page(Self.key(used)) == Self.page(used)) }
            memo.insert(Self.key(number), page: Self.page(number))
        }
        #expect(memo.counters.evictions > 900)
    }

    /// Against the plainest memo there is: one that never forgets.
    @Test(arguments: [8 << 10, 50 << 10, 1 << 20])
    func neverTellsAnythingElseAndNeverGrows(budget: Int) {
        var generator = RepeatableGenerator(seed: UInt64(budget))
        let memo = CompressedMemo(budget: budget)
        var inserted: Set<Int> = []
        var hits = 0
        for _ in 0..<20_000 {
            // Some numbers far more often than others.
            let number = Int.random(in: 0..<Int.random(in: 1..<400, using: &generator), using: &generator)
            if let page = memo.page(Self.key(number)) {
                #expect(inserted.contains(number))
                #expect(page == Self.page(number, 100 + number * 3))
                hits += 1
            } else {
                memo.insert(Self.key(number), page: Self.page(number, 100 + number * 3))
                inserted.insert(number)
            }
            #expect(memo.bytes <= budget)
        }
        #expect(memo.counters.hits == hits)
        #expect(memo.counters.hits + memo.counters.misses == 20_000)
        #expect(memo.count == memo.counters.insertions - memo.counters.evictions)
        #expect(hits > 2000)
    }
}
