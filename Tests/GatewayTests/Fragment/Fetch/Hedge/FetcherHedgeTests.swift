import NIOCore
import NIOPosix
import Synchronization
import TestSupport
import Testing

@testable import Gateway

/// Second requests for fragments that take long, over real sockets.
struct FetcherHedgeTests {
    private static func hedged(_ path: String = "/", timeout: Duration = .seconds(30)) -> FetchRequest {
        FetchRequest(service: "s", path: path, timeout: timeout, isHedged: true)
    }

    /// Lets the fetcher learn how quick the service is, and earn what hedges cost.
    private func warm(
        _ fetcher: Fetcher,
        on loop: any EventLoop = MultiThreadedEventLoopGroup.singleton.any()
    ) async {
        for _ in 0..<100 { #expect(await fetcher.fetch(.patient("/warm"), on: loop).status == 200) }
    }

    /// Two of a hundred answers take three seconds: the pages that need them do not, and the service is asked hardly more.
    @Test(arguments: [true, false]) func aSlowTailIsCutWithinTheExtraLoad(directly: Bool) async throws {
        let count = 1000
        let seen = Mutex(0)
        try await ScriptedOrigin.with(
            handler: OriginHandler { _ in
                let number = seen.withLock { seen in
                    seen += 1
                    return seen
                }
                let time = number.isMultiple(of: 50) ? Duration.seconds(3) : .milliseconds(20)
                return [.delay(time)] + OriginStep.answer(200, [], "x")
            }
        ) { origin in
            try await Fetcher.with(directly: directly, [origin.url]) { fetcher in
                var times = await withTaskGroup { group in
                    for _ in 0..<8 {
                        group.addTask {
                            var times: [Duration] = []
                            for _ in 0..<(count / 8) {
                                let started = ContinuousClock.now
                                #expect(await fetcher.fetch(Self.hedged()).text == "x")
                                times.append(.now - started)
                            }
                            return times
                        }
                    }
                    return await group.reduce(into: []) { $0 += $1 }
                }
                times.sort()
                // Without hedges twenty of them would take three seconds.
                #expect(times[count * 99 / 100 - 1] < .seconds(2))
                let hedges = try #require(fetcher.status.first?.hedges)
                #expect(hedges >= 5 && hedges <= count * 5 / 100)
                // One that was cancelled at once may not have been sent.
                #expect((count...(count + hedges)).contains(origin.requestCount("/")))
                #expect(await eventuallyHolds { fetcher.status.first?.fetches == 0 })
            }
        }
    }

    @Test(arguments: [true, false]) func theFirstAnswerWinsAndTheOtherIsCancelled(directly: Bool) async throws {
        let isSlow = Mutex(false)
        try await ScriptedOrigin.with(
            handler: OriginHandler { request in
                guard request.path == "/slow" else { return OriginStep.answer(200, [], "quick") }
                let stalls = isSlow.withLock { isSlow in
                    isSlow.toggle()
                    return isSlow
                }
                return stalls ? [.stall] : OriginStep.answer(200, [], "second")
            }
        ) { origin in
            try await Fetcher.with(directly: directly, [origin.url]) { fetcher in
                // One loop, and so one kept connection.
                let loop = MultiThreadedEventLoopGroup.singleton.next()
                await warm(fetcher, on: loop)
                #expect(await fetcher.fetch(Self.hedged("/slow"), on: loop).text == "second")
                #expect(origin.requestCount("/slow") == 2)
                #expect(fetcher.status.first?.hedges == 1)
                // The stalled one is given up, with its connection and its place.
                #expect(await eventuallyHolds { fetcher.status.first?.upstreams.first?.inFlight == 0 })
                #expect(await eventuallyHolds { origin.counts.openConnections == 1 })
                #expect(fetcher.status.first?.fetches == 0)
                #expect(fetcher.status.first?.upstreams.first?.failures == 0)
            }
        }
    }

    @Test(arguments: [true, false]) func goesToAnotherUpstream(directly: Bool) async throws {
        let isStuck = Mutex(false)
        let handler = OriginHandler { _ in OriginStep.answer(200, [], "quick") }
        let stuck = OriginHandler { _ in isStuck.withLock { $0 } ? [.stall] : OriginStep.answer(200, [], "stuck") }
        try await ScriptedOrigin.with(handler: stuck) { first in
            try await ScriptedOrigin.with(handler: handler) { second in
                try await Fetcher.with(directly: directly, [first.url, second.url]) { fetcher in
                    await warm(fetcher)
                    isStuck.withLock { $0 = true }
                    for _ in 0..<4 { #expect(await fetcher.fetch(Self.hedged()).text == "quick") }
                    let hedges = try #require(fetcher.status.first?.hedges)
                    #expect(hedges >= 1 && first.requestCount("/") >= 1)
                    #expect(second.requestCount("/") >= 4)
                }
            }
        }
    }

    @Test func anErrorDoesNotBeatWhatTheOtherMayBring() async throws {
        let seen = Mutex(0)
        try await ScriptedOrigin.with(
            handler: OriginHandler { request in
                guard request.path == "/slow" else { return OriginStep.answer() }
                let isFirst = seen.withLock { seen in
                    seen += 1
                    return seen == 1
                }
                return isFirst
                    ? [.delay(.milliseconds(400))] + OriginStep.answer(200, [], "good") : OriginStep.answer(500)
            }
        ) { origin in
            try await Fetcher.with([origin.url]) { fetcher in
                await warm(fetcher)
                #expect(await fetcher.fetch(Self.hedged("/slow")).text == "good")
                #expect(origin.requestCount("/slow") == 2)
            }
        }
    }

    @Test func noneWithoutARuleWithoutABudgetOrWithoutAPlace() async throws {
        try await ScriptedOrigin.with(
            handler: OriginHandler { request in
                let wait: [OriginStep] = request.path == "/slow" ? [.delay(.milliseconds(400))] : []
                return wait + OriginStep.answer()
            }
        ) { origin in
            for (isHedged, budget, places) in [(false, 5, 64), (true, 0, 64), (true, 5, 1)] {
                try await Fetcher.with([origin.url], concurrency: places, hedgeBudget: budget) { fetcher in
                    await warm(fetcher)
                    var request = Self.hedged("/slow")
                    request.isHedged = isHedged
                    #expect(await fetcher.fetch(request).status == 200)
                    #expect(fetcher.status.first?.hedges == 0)
                }
            }
            #expect(origin.requestCount("/slow") == 3)
        }
    }

    @Test(arguments: [true, false]) func cancellingEndsBoth(directly: Bool) async throws {
        try await ScriptedOrigin.with(
            handler: OriginHandler { $0.path == "/slow" ? [.stall] : OriginStep.answer() }
        ) { origin in
            try await Fetcher.with(directly: directly, [origin.url]) { fetcher in
                await warm(fetcher)
                let loop = MultiThreadedEventLoopGroup.singleton.any()
                let promise = loop.makePromise(of: FetchFailure.Code?.self)
                let fetch = fetcher.fetch(Self.hedged("/slow"), on: loop) { promise.succeed($0.code) }
                #expect(await eventuallyHolds { origin.requestCount("/slow") == 2 })
                fetch.cancel()
                let code = try await promise.futureResult.get()
                #expect(code == .cancelled)
                #expect(await eventuallyHolds { fetcher.status.first?.upstreams.first?.inFlight == 0 })
                #expect(await eventuallyHolds { fetcher.status.first?.fetches == 0 })
            }
        }
    }
}
