import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import Gateway

/// How long a fetch lasts that a page asked for whose time is up.
@Suite struct FragmentResolverBudgetTests {
    /// How one want ended, and after what time.
    private struct Ended: Sendable {
        let isServed: Bool
        let elapsed: Duration
    }

    /// Asks for the same fragment once for each budget, at the same time, each on a loop of its own.
    private func ask(_ origin: ScriptedOrigin, ttl: Duration, budgets: [Duration]) async throws -> [Ended] {
        var ended: [Ended] = []
        try await Fetcher.with([origin.url], service: "blog") { fetcher in
            let flights = FlightBoard()
            let bound = try FragmentSamples.bound(rule: FragmentSamples.rule(ttl: ttl, timeout: .seconds(30)))
            ended = try await withThrowingTaskGroup { group in
                for (index, budget) in budgets.enumerated() {
                    if index > 0 {
                        // The first one's fetch has begun: the others join it, where it can be joined.
                        #expect(await eventuallyHolds { !origin.counts.requests.isEmpty })
                    }
                    let loop = MultiThreadedEventLoopGroup.singleton.next()
                    let promise = loop.makePromise(of: Ended.self)
                    loop.execute {
                        let resolver = FragmentResolver(
                            eventLoop: loop,
                            memory: MemoryTier(budget: 1 << 20),
                            redis: nil,
                            hasher: FragmentSamples.hasher,
                            flights: flights,
                            signer: nil,
                            fetcher: fetcher
                        )
                        let want = FragmentWant(
                            bound: bound,
                            identifier: bound.identifier(nil, subject: nil, language: "en", hasher: resolver.hasher),
                            identity: nil,
                            language: "en",
                            deadline: .now() + TimeAmount(budget),
                            held: nil,
                            purgePosition: .start
                        )
                        let started = ContinuousClock.now
                        _ = resolver.resolve([want]) { _, outcome in
                            let isServed = if case .served = outcome { true } else { false }
                            promise.succeed(Ended(isServed: isServed, elapsed: .now - started))
                        } redisHasAnswered: {
                        }
                    }
                    group.addTask { try await promise.futureResult.get() }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(fetcher.status.first?.fetches == 0)
        }
        return ended
    }

    @Test(arguments: [Duration.zero, .seconds(60)])
    func endsWithThePageWhenNobodyElseWaits(ttl: Duration) async throws {
        try await ScriptedOrigin.with(handler: OriginHandler { _ in [.stall] }) { origin in
            let ended = try await ask(origin, ttl: ttl, budgets: [.milliseconds(200)])
            #expect(ended.map(\.isServed) == [false])
            // The fragment's own timeout is 30 s.
            #expect(ended.allSatisfy { $0.elapsed < .seconds(20) })
        }
    }

    @Test func goesOnForThoseWhoHaveJoined() async throws {
        try await ScriptedOrigin.with(
            handler: OriginHandler { _ in
                [.delay(.milliseconds(600))] + OriginStep.answer(200, [("Content-Type", "text/html")], "<p>late</p>")
            }
        ) { origin in
            let ended = try await ask(
                origin,
                ttl: .seconds(60),
                budgets: [.milliseconds(300), .seconds(30), .seconds(30)]
            )
            #expect(ended.map(\.isServed) == [true, true, true])
            #expect(origin.counts.requests.values.reduce(0, +) == 1)
        }
    }
}
