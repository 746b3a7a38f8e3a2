import Curl
import NIOCore
import NIOPosix
import Synchronization
import TestSupport
import Testing

@testable import Gateway

struct FetcherTests {
    @Test(arguments: [true, false]) func bringsAWholeAnswer(directly: Bool) async throws {
        try await ScriptedOrigin.with(
            handler: OriginHandler { request in
                OriginStep.answer(
                    200,
                    [("X-A", "1"), ("x-a", "2")],
                    request.path + request.values("fragment-protocol").joined()
                )
            }
        ) { origin in
            try await Fetcher.with(directly: directly, [origin.url]) { fetcher in
                let result = await fetcher.fetch(
                    .patient("/internal/fragments/mini?limit=3", headers: [("Fragment-Protocol", "1")])
                )
                let response = try result.get()
                #expect(String(buffer: response.body) == "/internal/fragments/mini?limit=31")
                #expect(response.headers.filter { $0.name.lowercased() == "x-a" }.map(\.value) == ["1", "2"])
                #expect(response.firstValue(of: "X-a") == "1")
                #expect(response.elapsed > .zero)
            }
        }
    }

    @Test(arguments: [true, false]) func tellsTheServiceWhatIsLeft(directly: Bool) async throws {
        try await ScriptedOrigin.with(
            handler: OriginHandler { request in
                let wait: [OriginStep] = request.path == "/first" ? [.delay(.milliseconds(300))] : []
                return wait + OriginStep.answer(200, [], request.values("fragment-deadline").joined(separator: ","))
            }
        ) { origin in
            try await Fetcher.with(directly: directly, [origin.url], concurrency: 1) { fetcher in
                func milliseconds(_ path: String, timeout: Duration, budget: Duration?) async throws -> Int {
                    let request = FetchRequest(service: "s", path: path, timeout: timeout, budget: budget)
                    let text = try #require(await fetcher.fetch(request).text)
                    return try #require(Int(text))
                }
                for (timeout, budget, most) in [(30, nil, 30), (30, 20, 20), (20, 30, 20)] as [(Int, Int?, Int)] {
                    let left = try await milliseconds(
                        "/",
                        timeout: .seconds(timeout),
                        budget: budget.map { .seconds($0) }
                    )
                    #expect(left <= most * 1000 && left > most * 1000 - 10_000)
                }
                // The wait for a place counts.
                async let first = milliseconds("/first", timeout: .seconds(30), budget: nil)
                #expect(await eventuallyHolds { fetcher.status.first?.fetches == 1 })
                let second = try await milliseconds("/second", timeout: .seconds(30), budget: .seconds(20))
                #expect(second < 20_000)
                #expect(try await first > 20_000)
            }
        }
    }

    @Test(arguments: [true, false]) func bodyHasAStorageOfItsOwn(directly: Bool) async throws {
        try await ScriptedOrigin.with(
            handler: OriginHandler { request in
                request.path == "/sized"
                    ? [.head(200, [("Content-Length", "70000")]), .fill(70_000)]
                    : [.head(200), .fill(70_000), .close]
            }
        ) { origin in
            try await Fetcher.with(directly: directly, [origin.url]) { fetcher in
                for path in ["/sized", "/unsized"] {
                    let body = try await fetcher.fetch(.patient(path)).get().body
                    #expect(body.readableBytes == 70_000 && body.readerIndex == 0)
                    // Buffers come in powers of two.
                    #expect(body.capacity == 131_072 && body.storageCapacity == 131_072)
                }
            }
        }
    }

    @Test(arguments: [true, false]) func takesTheLengthOfAnAnswerWithoutABodyForNothing(directly: Bool) async throws {
        try await ScriptedOrigin.with(
            handler: OriginHandler { request in
                [.head(request.path == "/304" ? 304 : 204, [("Content-Length", "99999999999999")])]
            }
        ) { origin in
            try await Fetcher.with(directly: directly, [origin.url]) { fetcher in
                for status in [204, 304] {
                    let response = try await fetcher.fetch(.patient("/\(status)")).get()
                    #expect(response.status == status && response.body.readableBytes == 0)
                }
            }
        }
    }

    @Test(arguments: [true, false]) func fetchesInParallel(directly: Bool) async throws {
        try await ScriptedOrigin.with(
            handler: OriginHandler { [.delay(.milliseconds(100))] + OriginStep.answer(200, [], $0.path) }
        ) {
            origin in
            try await Fetcher.with(directly: directly, [origin.url]) { fetcher in
                // The best of some rounds: a busy machine is late, but never early.
                var best = Duration.seconds(60)
                for _ in 0..<10 where best > .milliseconds(200) {
                    let start = ContinuousClock.now
                    await withTaskGroup { group in
                        for index in 0..<8 {
                            group.addTask { #expect(await fetcher.fetch(.patient("/\(index)")).text == "/\(index)") }
                        }
                    }
                    best = min(best, .now - start)
                }
                #expect(best >= .milliseconds(100))
                // In a row it would be 800 ms.
                #expect(best < .milliseconds(400))
            }
        }
    }

    @Test(arguments: [true, false]) func completesOnManyLoops(directly: Bool) async throws {
        try await ScriptedOrigin.with(handler: OriginHandler { OriginStep.answer(200, [], $0.path) }) { origin in
            var settings = FetcherSettings()
            settings.driverCount = 2
            let group = MultiThreadedEventLoopGroup(numberOfThreads: 3)
            try await Fetcher.with(directly: directly, [origin.url], settings: settings) { fetcher in
                let futures = group.makeIterator().flatMap { loop in
                    (0..<50).map { index in
                        let promise = loop.makePromise(of: String?.self)
                        fetcher.fetch(.patient("/\(index)"), on: loop) {
                            result in
                            loop.preconditionInEventLoop()
                            promise.succeed(result.text)
                        }
                        return (promise.futureResult, "/\(index)")
                    }
                }
                for (future, text) in futures {
                    let answer = try await future.get()
                    #expect(answer == text)
                }
            }
            try await group.shutdownGracefully()
        }
    }

    @Test(arguments: [true, false]) func namesFailures(directly: Bool) async throws {
        try await ScriptedOrigin.with(
            handler: OriginHandler { request in
                switch request.path {
                case "/stall": [.stall]
                case "/drip":
                    [.head(200, [("Content-Length", "1000")])]
                        + (0..<1000).flatMap { _ in [.bytes("x"), .delay(.milliseconds(20))] }
                case "/cut": [.head(200, [("Content-Length", "10")]), .bytes("12345"), .close]
                case "/big": [.head(200, [("Content-Length", "5000000")]), .fill(5_000_000)]
                case "/big-chunked": [.head(200), .fill(5_000_000), .close]
                case "/garbage": [.bytes("SSH-2.0-x\r\n\r\n"), .close]
                case "/moved": OriginStep.answer(302, [("Location", "/elsewhere")])
                default: OriginStep.answer(503)
                }
            }
        ) { origin in
            try await Fetcher.with(directly: directly, [origin.url]) { fetcher in
                let expected: [(String, FetchFailure.Code)] = [
                    ("/stall", .timeout), ("/drip", .timeout), ("/cut", .reset), ("/big", .tooLarge),
                    ("/big-chunked", .tooLarge),
                    ("/garbage", .protocolError), ("bad path", .protocolError),
                ]
                await withTaskGroup { group in
                    for (path, code) in expected {
                        group.addTask {
                            var request = FetchRequest.patient(path)
                            if code == .timeout { request.timeout = .milliseconds(800) }
                            let result = await fetcher.fetch(request)
                            #expect(result.code == code, "\(path) \(result)")
                        }
                    }
                }
                #expect(await fetcher.fetch(.patient("/moved")).status == 302)
                #expect(await fetcher.fetch(.patient("/503")).status == 503)
                #expect(await fetcher.fetch(FetchRequest(service: "other", path: "/")).code == .refused)
                #expect(await fetcher.fetch(FetchRequest(service: "s", path: "/late", timeout: .zero)).code == .timeout)
                #expect(fetcher.status.first?.fetches == 0)
                // A drip that is too slow does not hold its reader longer than the timeout, and nothing is asked twice that was answered.
                #expect(origin.requestCount("/drip") <= 1 && origin.requestCount("/cut") == 1)
            }
        }
    }

    @Test(arguments: [true, false]) func repeatsWhatBrokeBeforeAnAnswer(directly: Bool) async throws {
        let seen = Mutex(0)
        try await ScriptedOrigin.with(
            handler: OriginHandler { request in
                guard request.path == "/breaks" else { return OriginStep.answer() }
                return seen.withLock { count in
                    count += 1
                    return count == 1 ? [.reset] : OriginStep.answer(200, [], "second")
                }
            }
        ) { origin in
            try await Fetcher.with(directly: directly, [origin.url]) { fetcher in
                _ = await fetcher.fetch(.patient("/warm"))
                #expect(await fetcher.fetch(.patient("/breaks")).text == "second")
                #expect(origin.requestCount("/breaks") == 2)
            }
        }
    }

    @Test(arguments: [true, false]) func repeatsNoMoreThanAllowed(directly: Bool) async throws {
        try await ScriptedOrigin.with(handler: OriginHandler { $0.path == "/breaks" ? [.reset] : OriginStep.answer() })
        { origin in
            try await Fetcher.with(directly: directly, [origin.url]) { fetcher in
                for (retries, count) in [(0, 1), (1, 3), (2, 6)] {
                    _ = await fetcher.fetch(.patient("/warm"))
                    let result = await fetcher.fetch(.patient("/breaks", retries: retries))
                    #expect(result.code == .reset)
                    #expect(origin.requestCount("/breaks") == count)
                }
            }
        }
    }

    @Test(arguments: [true, false]) func survivesARestartOfTheService(directly: Bool) async throws {
        try await ScriptedOrigin.with(handler: OriginHandler { _ in OriginStep.answer(200, [], "up") }) { origin in
            try await Fetcher.with(directly: directly, [origin.url]) { fetcher in
                for _ in 0..<5 {
                    #expect(await fetcher.fetch(.patient("/")).text == "up")
                    await origin.dropConnections()
                }
            }
        }
    }

    @Test(arguments: [true, false]) func turnsToAnotherUpstreamAndEjectsTheDeadOne(directly: Bool) async throws {
        let gone = try await ScriptedOrigin.start { _ in [] }
        await gone.stop()
        try await ScriptedOrigin.with(handler: OriginHandler { _ in OriginStep.answer(200, [], "alive") }) { origin in
            try await Fetcher.with(directly: directly, [gone.url, origin.url]) { fetcher in
                for _ in 0..<20 { #expect(await fetcher.fetch(.patient("/")).text == "alive") }
                #expect(fetcher.status.first?.open == [gone.url])
            }
            try await Fetcher.with(directly: directly, [gone.url]) { fetcher in
                #expect(await fetcher.fetch(.patient("/")).code == .connect)
            }
        }
    }

    @Test(arguments: [true, false]) func boundsConcurrencyAndQueue(directly: Bool) async throws {
        try await ScriptedOrigin.with(
            handler: OriginHandler { _ in [.delay(.milliseconds(30))] + OriginStep.answer(200, [], "x") }
        ) {
            origin in
            try await Fetcher.with(directly: directly, [origin.url], concurrency: 2, queueLength: 4) { fetcher in
                let loop = MultiThreadedEventLoopGroup.singleton.any()
                let promises = (0..<9).map { _ in loop.makePromise(of: Result<FetchResponse, FetchFailure>.self) }
                for promise in promises {
                    fetcher.fetch(.patient("/"), on: loop) {
                        promise.succeed($0)
                    }
                }
                var codes: [FetchFailure.Code?] = []
                for promise in promises { codes.append(try await promise.futureResult.get().code) }
                #expect(codes == Array(repeating: nil, count: 6) + Array(repeating: .refused, count: 3))
                #expect(origin.counts.connections == 2)
                #expect(fetcher.status.first?.fetches == 0)
            }
        }
    }

    @Test(arguments: [true, false]) func waitingForAPlaceCountsToTheTimeout(directly: Bool) async throws {
        try await ScriptedOrigin.with(handler: OriginHandler { _ in [.stall] }) { origin in
            try await Fetcher.with(directly: directly, [origin.url], concurrency: 1) { fetcher in
                let loop = MultiThreadedEventLoopGroup.singleton.any()
                let holder = fetcher.fetch(.patient("/hold"), on: loop) {
                    _ in
                }
                let start = ContinuousClock.now
                let result = await fetcher.fetch(FetchRequest(service: "s", path: "/wait", timeout: .milliseconds(100)))
                #expect(result.code == .timeout)
                #expect(.now - start < .seconds(20))
                #expect(origin.requestCount("/wait") == 0)
                holder.cancel()
                #expect(await eventuallyHolds { fetcher.status.first?.fetches == 0 })
            }
        }
    }

    @Test(arguments: [true, false]) func cancels(directly: Bool) async throws {
        try await ScriptedOrigin.with(handler: OriginHandler { _ in [.stall] }) { origin in
            try await Fetcher.with(directly: directly, [origin.url], concurrency: 1) { fetcher in
                let loop = MultiThreadedEventLoopGroup.singleton.any()
                let promises = (0..<2).map { _ in loop.makePromise(of: FetchFailure.Code?.self) }
                let fetches = promises.map { promise in
                    fetcher.fetch(.patient("/"), on: loop) {
                        promise.succeed($0.code)
                    }
                }
                // The second waits for the first one's place; both end at once.
                for fetch in fetches.reversed() { fetch.cancel() }
                for promise in promises {
                    let code = try await promise.futureResult.get()
                    #expect(code == .cancelled)
                }
                for fetch in fetches { fetch.cancel() }
            }
        }
    }

    @Test(arguments: [true, false]) func shutdownEndsWhatRunsAndWhatWaits(directly: Bool) async throws {
        try await ScriptedOrigin.with(handler: OriginHandler { _ in [.stall] }) { origin in
            try await Fetcher.with(directly: directly, [origin.url], concurrency: 2, queueLength: 300) { fetcher in
                let loop = MultiThreadedEventLoopGroup.singleton.any()
                let promises = (0..<300).map { _ in loop.makePromise(of: FetchFailure.Code?.self) }
                for promise in promises {
                    fetcher.fetch(.patient("/"), on: loop) {
                        promise.succeed($0.code)
                    }
                }
                #expect(await eventuallyHolds { origin.requestCount("/") == 2 })
                await fetcher.shutdown()
                for promise in promises {
                    let code = try await promise.futureResult.get()
                    #expect(code == .cancelled)
                }
                #expect(await fetcher.fetch(.patient("/")).code == .cancelled)
            }
        }
    }
}
