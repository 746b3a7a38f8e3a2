import FragmentProtocol
import NIOCore
import Testing

@testable import Gateway

@Suite struct PageTimingTests {
    private static func cacheStatus(_ timing: PageTiming) -> String { "\(timing.cacheStatusLine)" }

    @Test func nothingIsAHit() {
        let timing = PageTiming()
        #expect(timing.isEmpty)
        #expect(timing.text.isEmpty)
        #expect(Self.cacheStatus(timing) == "Cache-Status: rose-ash; hit\r\n")
    }

    @Test func partsAreListedInOrder() throws {
        var timing = PageTiming()
        timing.add(try FragmentSamples.bound("blog/nav"), .memory)
        timing.add(try FragmentSamples.bound("market/product-list"), .staleIfError, after: .microseconds(12_340))
        timing.add(try FragmentSamples.bound("blog/nav"), .pending)
        #expect(!timing.isEmpty)
        #expect(
            timing.text
                == "blog.nav;desc=memory, market.product-list;desc=stale-if-error;dur=12.3, blog.nav;desc=pending"
        )
    }

    @Test(
        arguments: [
            ([.memory], true), ([.redis], true), ([.memory, .redis, .memory], true), ([.fetched], false),
            ([.pending], false), ([.collapsed], false), ([.stale], false), ([.staleIfError], false),
            ([.fallback], false), ([.memory, .fetched], false), ([.fetched, .memory], false),
        ] as [([FragmentStep], Bool)]
    )
    func onlyFreshCopiesAreHits(steps: [FragmentStep], isHit: Bool) throws {
        var timing = PageTiming()
        for step in steps { timing.add(try FragmentSamples.bound(), step) }
        #expect(timing.isHit == isHit)
        #expect(
            Self.cacheStatus(timing)
                == (isHit ? "Cache-Status: rose-ash; hit\r\n" : "Cache-Status: rose-ash; fwd=miss\r\n")
        )
    }

    @Test(
        arguments: [
            (.nanoseconds(0), "0.0"), (.nanoseconds(99_999), "0.0"), (.nanoseconds(100_000), "0.1"),
            (.microseconds(999), "0.9"), (.milliseconds(1), "1.0"), (.microseconds(10_050), "10.0"),
            (.seconds(3), "3000.0"), (.milliseconds(-5), "0.0"), (.nanoseconds(.min), "0.0"),
            (.nanoseconds(.max), "9223372036854.7"),
        ] as [(TimeAmount, String)]
    )
    func timesAreMillisecondsWithATenth(elapsed: TimeAmount, expected: String) throws {
        var timing = PageTiming()
        timing.add(try FragmentSamples.bound("a/b"), .fetched, after: elapsed)
        #expect(timing.text == "a.b;desc=fetched;dur=\(expected)")
    }

    @Test func aPageOfManyPartsHasATimingOfBoundedSize() throws {
        var timing = PageTiming()
        let bound = try FragmentSamples.bound()
        let entry = "blog.nav;desc=memory, "
        for _ in 0..<1000 { timing.add(bound, .memory) }
        #expect(timing.text.utf8.count >= PageTiming.limit)
        #expect(timing.text.utf8.count < PageTiming.limit + entry.utf8.count)
        #expect(timing.text.hasSuffix("blog.nav;desc=memory"))
        #expect(timing.isHit)
        let before = timing.text
        // What is left out is told of all the same.
        timing.add(bound, .fetched)
        #expect(timing.text == before)
        #expect(!timing.isHit)
    }

    private static func uses() throws -> [BoundUse] {
        let program = try templateProgram(
            "{% fragment \"a/one\" %}{% fragment \"a/two\" or %}{% fragment \"a/other\" %}{% endfragment %}{% fragment \"a/three\" %}"
        )
        return program.uses.map {
            BoundUse(
                $0,
                settings: FragmentSettings(rule: nil),
                hasFallback: false,
                languages: ["en"],
                hasher: FragmentSamples.hasher
            )
        }
    }

    /// What is told of a row of uses is the same whether it was put together beforehand or written down.
    @Test(
        arguments: [
            [0], [0, 1], [0, 1, 2, 3], [0, 1, 3], [1], [0, 0], [0, 1, 0, 1, 2], [3, 2, 1, 0], [],
        ] as [[Int]]
    )
    func partsFromMemoryAreToldInTheirOrder(order: [Int]) throws {
        let uses = try Self.uses()
        var prepared = PageTiming(ofMemory: MemoryTimings(uses))
        var written = PageTiming()
        for index in order {
            prepared.addFromMemory(uses[index])
            written.addFromMemory(uses[index])
        }
        let expected = order.map { "\(uses[$0].use.name.service).\(uses[$0].use.name.type);desc=memory" }
        #expect(prepared.text == expected.joined(separator: ", "))
        #expect(written.text == prepared.text)
        #expect(prepared.isEmpty == order.isEmpty)
        #expect(prepared.isHit)
        prepared.add(uses[0], .fetched)
        #expect(prepared.text == (expected + ["a.one;desc=fetched"]).joined(separator: ", "))
        #expect(!prepared.isHit)
    }
}
