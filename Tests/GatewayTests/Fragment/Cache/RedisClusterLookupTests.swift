import NIOCore
import NIOEmbedded
import Testing

@testable import Gateway

@Suite struct RedisClusterLookupTests {
    private final class Fixture {
        let loop = EmbeddedEventLoop()
        var results: [[String]] = []
        let lookup: RedisClusterLookup

        init(_ count: Int) {
            var onResult: ([StoredFragment?]) -> Void = { _ in }
            self.lookup = RedisClusterLookup(count: count, timeout: .milliseconds(20), eventLoop: self.loop) {
                onResult($0)
            }
            onResult = { [unowned self] fragments in
                self.results.append(fragments.map { $0.map { String(buffer: $0.body) } ?? "-" })
            }
        }

        func answer(_ position: Int, _ body: String?) {
            let fragment = body.map {
                StoredFragment(storedAt: .distantPast, freshUntil: .distantFuture, body: ByteBuffer(string: $0))
            }
            self.lookup.answer(position, fragment)
        }
    }

    @Test func joinsWhatSeveralServersAnswer() {
        let fixture = Fixture(4)
        fixture.answer(2, "C")
        fixture.answer(0, "A")
        fixture.lookup.skip(1)
        #expect(fixture.results.isEmpty)
        fixture.answer(1, nil)
        #expect(fixture.results == [["A", "-", "C", "-"]])
    }

    @Test func waitsNoLongerThanItsTimeForWhatIsSentAgain() {
        let fixture = Fixture(2)
        fixture.answer(1, "B")
        fixture.lookup.limit()
        fixture.lookup.limit()
        fixture.loop.advanceTime(by: .seconds(1))
        #expect(fixture.results == [["-", "B"]])
        // It comes, but too late.
        fixture.answer(0, "A")
        fixture.lookup.limit()
        #expect(fixture.results.count == 1)
    }
}
