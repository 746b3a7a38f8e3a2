import NIOCore
import TestSupport
import Testing

@testable import Gateway

/// Connections that break, over real sockets.
struct FetcherRetryTests {
    /// A service that ends each connection when it is used for the third time, as one does whose keep-alive time is over.
    @Test(arguments: [true, false], [OriginStep.reset, .close])
    func noBrokenKeptConnectionReachesAPage(directly: Bool, ending: OriginStep) async throws {
        let uses = ConnectionUses()
        try await ScriptedOrigin.with(
            handler: OriginHandler { request in
                uses.count(request.connection) > 2 ? [ending] : OriginStep.answer(200, [], "x")
            }
        ) { origin in
            try await Fetcher.with(directly: directly, [origin.url]) { fetcher in
                let failures = await withTaskGroup { group in
                    for _ in 0..<4 {
                        group.addTask {
                            var failures = 0
                            for _ in 0..<250 where await fetcher.fetch(.patient("/")).text != "x" { failures += 1 }
                            return failures
                        }
                    }
                    return await group.reduce(0, +)
                }
                #expect(failures == 0)
                let status = try #require(fetcher.status.first)
                // There were hundreds of them, and none of them says anything about the service.
                #expect(status.retries >= 300)
                #expect(status.upstreams.map(\.failures) == [0] && status.open.isEmpty)
                #expect(origin.requestCount("/") == 1000 + status.retries)
            }
        }
    }

    /// However often a rule allows to repeat a request, a service that fails is not asked twice as much.
    @Test(arguments: [true, false]) func retriesHaveABudget(directly: Bool) async throws {
        try await ScriptedOrigin.with(handler: OriginHandler { _ in [.reset] }) { origin in
            try await Fetcher.with(directly: directly, [origin.url], breaker: nil, retryBudget: 20) { fetcher in
                for _ in 0..<300 { #expect(await fetcher.fetch(.patient("/", retries: 3)).code == .reset) }
                let retries = try #require(fetcher.status.first?.retries)
                // A fifth of the requests, and the ten that may come at once: the first request adds nothing to those.
                #expect(retries == 69)
                #expect(origin.requestCount("/") == 300 + retries)
            }
        }
    }

    @Test func withoutABudgetNothingIsRepeated() async throws {
        try await ScriptedOrigin.with(handler: OriginHandler { _ in [.reset] }) { origin in
            try await Fetcher.with([origin.url], breaker: nil, retryBudget: 0) { fetcher in
                for _ in 0..<20 { #expect(await fetcher.fetch(.patient("/")).code == .reset) }
                #expect(origin.requestCount("/") == 20)
            }
        }
    }
}
