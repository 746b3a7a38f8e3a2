import Logging
import NIOCore
import NIOPosix
import Synchronization
import TestSupport
import Testing

@testable import Gateway

/// Circuit breakers and health checks, over real sockets.
struct FetcherBreakerTests {
    /// How a service does, to be changed while it runs.
    private final class Mood: Sendable {
        enum Kind { case well, hanging, failing, illButTalking }

        private let kind: Mutex<Kind>

        init(_ kind: Kind) { self.kind = Mutex(kind) }

        var value: Kind {
            get { kind.withLock { $0 } }
            set { kind.withLock { $0 = newValue } }
        }

        var handler: OriginHandler {
            OriginHandler { request in
                let isHealth = request.path == "/internal/health"
                return switch self.value {
                case .well: OriginStep.answer(200, [], "well")
                case .failing: OriginStep.answer(500)
                case .hanging: [.stall]
                case .illButTalking: isHealth ? OriginStep.answer(200) : OriginStep.answer(500)
                }
            }
        }
    }

    /// Keeps what is logged.
    private struct Record: LogHandler {
        final class Lines: Sendable {
            private let lines = Mutex<[String]>([])

            var all: [String] { lines.withLock { $0 } }

            func append(_ line: String) { lines.withLock { $0.append(line) } }
        }

        let lines: Lines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let metadata = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            lines.append("\(event.level) \(event.message) \(metadata.joined(separator: " "))")
        }
    }

    private static func breaker(open: Duration = .seconds(600), health: Duration? = nil) -> BreakerSettings {
        var settings = BreakerSettings()
        settings.failures = 3
        settings.open = open
        settings.maximumOpen = max(open, settings.maximumOpen)
        settings.healthInterval = health
        return settings
    }

    private static func quick(_ path: String = "/") -> FetchRequest {
        FetchRequest(service: "s", path: path, timeout: .milliseconds(300))
    }

    @Test(arguments: [true, false]) func aHangingServiceIsWaitedForOnlyAtFirst(directly: Bool) async throws {
        let mood = Mood(.hanging)
        try await ScriptedOrigin.with(handler: mood.handler) { origin in
            try await Fetcher.with(directly: directly, [origin.url], breaker: Self.breaker()) { fetcher in
                for _ in 0..<3 { #expect(await fetcher.fetch(Self.quick()).code == .timeout) }
                let started = ContinuousClock.now
                for _ in 0..<200 { #expect(await fetcher.fetch(Self.quick()).code == .circuitOpen) }
                // Each of them would have waited for 300 ms.
                #expect(.now - started < .seconds(20))
                #expect(origin.requestCount("/") == 3)
                let upstream = try #require(fetcher.status.first?.upstreams.first)
                #expect(upstream.breaker == "open" && upstream.failures == 3 && upstream.openings == 1)
                #expect(upstream.inFlight == 0 && upstream.address == origin.url)
            }
        }
    }

    @Test(arguments: [true, false]) func triesAgainByItself(directly: Bool) async throws {
        let mood = Mood(.failing)
        try await ScriptedOrigin.with(handler: mood.handler) { origin in
            let breaker = Self.breaker(open: .milliseconds(100))
            try await Fetcher.with(directly: directly, [origin.url], breaker: breaker) { fetcher in
                for _ in 0..<3 { #expect(await fetcher.fetch(.patient("/")).status == 500) }
                #expect(await fetcher.fetch(.patient("/")).code == .circuitOpen)
                mood.value = .well
                var codes: Set<FetchFailure.Code> = []
                while true {
                    let result = await fetcher.fetch(.patient("/"))
                    guard let code = result.code else {
                        #expect(result.text == "well")
                        break
                    }
                    codes.insert(code)
                }
                #expect(codes.isSubset(of: [.circuitOpen]))
                #expect(fetcher.status.first?.upstreams.first?.breaker == "closed")
            }
        }
    }

    @Test(arguments: [true, false]) func theServicesHealthBringsItBack(directly: Bool) async throws {
        let mood = Mood(.failing)
        let lines = Record.Lines()
        try await ScriptedOrigin.with(handler: mood.handler) { origin in
            try await Fetcher.with(
                directly: directly,
                [origin.url],
                // It would be left alone for ten minutes.
                breaker: Self.breaker(health: .milliseconds(100)),
                logger: Logger(label: "test") { _ in Record(lines: lines) }
            ) { fetcher in
                for _ in 0..<3 { #expect(await fetcher.fetch(.patient("/")).status == 500) }
                #expect(await eventuallyHolds { origin.requestCount("/internal/health") >= 2 })
                #expect(await fetcher.fetch(.patient("/")).code == .circuitOpen)
                mood.value = .well
                #expect(await eventuallyHolds { fetcher.status.first?.open == [] })
                #expect(await fetcher.fetch(.patient("/")).text == "well")
                let place = "service=s upstream=\(origin.url)"
                #expect(
                    lines.all == [
                        "warning circuit breaker open cause=failures for=10m \(place)",
                        "notice circuit breaker closed \(place)",
                    ]
                )
            }
        }
    }

    @Test func aServiceThatOnlySaysThatItIsWellIsBelievedOnce() async throws {
        let mood = Mood(.illButTalking)
        try await ScriptedOrigin.with(handler: mood.handler) { origin in
            try await Fetcher.with([origin.url], breaker: Self.breaker(health: .milliseconds(100))) { fetcher in
                for _ in 0..<3 { #expect(await fetcher.fetch(.patient("/")).status == 500) }
                #expect(await eventuallyHolds { fetcher.status.first?.open == [] })
                // The first request shows that it is not; nobody asks for its health again.
                #expect(await fetcher.fetch(.patient("/")).status == 500)
                for _ in 0..<20 { #expect(await fetcher.fetch(.patient("/")).code == .circuitOpen) }
                #expect(origin.requestCount("/") == 4)
                #expect(origin.requestCount("/internal/health") == 1)
            }
        }
    }

    @Test func healthIsNotAskedForAfterShutdown() async throws {
        let mood = Mood(.failing)
        try await ScriptedOrigin.with(handler: mood.handler) { origin in
            try await Fetcher.with([origin.url], breaker: Self.breaker(health: .milliseconds(100))) { fetcher in
                for _ in 0..<3 { #expect(await fetcher.fetch(.patient("/")).status == 500) }
                #expect(await eventuallyHolds { origin.requestCount("/internal/health") >= 1 })
                await fetcher.shutdown()
                let count = origin.requestCount("/internal/health")
                // Nothing else goes on in the meantime that could be waited for.
                try await Task.sleep(for: .milliseconds(400))
                #expect(origin.requestCount("/internal/health") <= count + 1)
                #expect(await eventuallyHolds { origin.counts.openConnections == 0 })
            }
        }
    }

    @Test func thoseWhoWaitForAPlaceAreTurnedAwayWhenItOpens() async throws {
        try await ScriptedOrigin.with(handler: OriginHandler { _ in [.stall] }) { origin in
            var breaker = Self.breaker()
            breaker.failures = 1
            try await Fetcher.with([origin.url], concurrency: 1, breaker: breaker) { fetcher in
                let loop = MultiThreadedEventLoopGroup.singleton.any()
                let started = ContinuousClock.now
                let codes = await withTaskGroup { group in
                    for index in 0..<50 {
                        var request = FetchRequest.patient("/")
                        if index == 0 { request.timeout = .milliseconds(500) }
                        let promise = loop.makePromise(of: FetchFailure.Code?.self)
                        fetcher.fetch(request, on: loop) { promise.succeed($0.code) }
                        group.addTask { try? await promise.futureResult.get() }
                    }
                    return await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
                }
                #expect(codes == [.timeout: 1, .circuitOpen: 49])
                #expect(.now - started < .seconds(20))
                #expect(origin.requestCount("/") == 1)
            }
        }
    }

    @Test func aHangingUpstreamIsLeftOutBesideAGoodOne() async throws {
        try await ScriptedOrigin.with(handler: Mood(.hanging).handler) { bad in
            try await ScriptedOrigin.with(handler: Mood(.well).handler) { good in
                try await Fetcher.with([bad.url, good.url], breaker: Self.breaker()) { fetcher in
                    var failures = 0
                    for _ in 0..<100 where await fetcher.fetch(Self.quick()).code != nil { failures += 1 }
                    #expect(failures == 3)
                    #expect(fetcher.status.first?.open == [bad.url])
                }
            }
        }
    }

    @Test func offAsksAlways() async throws {
        try await ScriptedOrigin.with(handler: Mood(.failing).handler) { origin in
            try await Fetcher.with([origin.url], breaker: nil) { fetcher in
                for _ in 0..<50 { #expect(await fetcher.fetch(.patient("/")).status == 500) }
                #expect(fetcher.status.first?.upstreams.first?.breaker == "off")
            }
        }
    }
}
