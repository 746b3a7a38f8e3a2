import Curl
import Glibc
import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import Gateway

/// What a connection is kept for, and what ends it; ``FetcherTests`` has what holds over libcurl as well.
@Suite struct DirectConnectionTests {
    @Test func servesOneFetchAfterAnother() async throws {
        try await ScriptedOrigin.with(handler: OriginHandler { OriginStep.answer(200, [], "\($0.connection)") }) {
            origin in
            try await Fetcher.with([origin.url]) { fetcher in
                let loop = FetchLoop()
                for _ in 0..<20 { #expect(await loop.fetch("/", of: fetcher).text == "1") }
            }
        }
    }

    @Test func asksOverAUnixSocket() async throws {
        var options = ScriptedOrigin.Options()
        let path = "/tmp/rose-ash-direct-\(getpid()).sock"
        options.unixSocketPath = path
        try await ScriptedOrigin.with(
            options,
            handler: OriginHandler { OriginStep.answer(200, [], "\($0.path) of \($0.values("host").joined())") }
        ) { _ in
            try await Fetcher.with(["unix:\(path)"]) { fetcher in
                #expect(await fetcher.fetch(.patient("/a?b")).text == "/a?b of localhost")
            }
        }
        unlink(path)
    }

    @Test func namesTheHostOnce() async throws {
        try await ScriptedOrigin.with(
            handler: OriginHandler { OriginStep.answer(200, [], $0.values("host").joined(separator: " and ")) }
        ) { origin in
            try await Fetcher.with([origin.url]) { fetcher in
                #expect(await fetcher.fetch(.patient("/")).text == "127.0.0.1:\(origin.port)")
                #expect(await fetcher.fetch(.patient("/", headers: [("hOST", "blog")])).text == "blog")
            }
        }
    }

    @Test(arguments: [
        // It says so, or is of a version that keeps none.
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
        // What follows the answer would be taken for the next one's beginning.
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison",
        "HTTP/1.1 204 No Content\r\nContent-Length: 6\r\n\r\npoison",
    ]) func isNotUsedAgain(answer: String) async throws {
        try await ScriptedOrigin.with(
            handler: OriginHandler { request in
                request.path == "/first" ? [.bytes(answer)] : OriginStep.answer(200, [], "\(request.connection)")
            }
        ) { origin in
            try await Fetcher.with([origin.url]) { fetcher in
                let loop = FetchLoop()
                #expect(["ok", ""].contains(await loop.fetch("/first", of: fetcher).text))
                #expect(await loop.fetch("/second", of: fetcher).text == "2")
            }
        }
    }

    @Test func isClosedWhenItSaysSomethingUnasked() async throws {
        try await ScriptedOrigin.with(
            handler: OriginHandler { request in
                let answer = OriginStep.answer(200, [], "\(request.connection)")
                return request.path == "/first"
                    ? answer + [
                        .delay(.milliseconds(20)), .bytes("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison"),
                    ]
                    : answer
            }
        ) { origin in
            try await Fetcher.with([origin.url]) { fetcher in
                let loop = FetchLoop()
                #expect(await loop.fetch("/first", of: fetcher).text == "1")
                #expect(await eventuallyHolds { origin.counts.openConnections == 0 })
                #expect(await loop.fetch("/second", of: fetcher).text == "2")
            }
        }
    }

    @Test func isClosedWithTheFetchThatItHeldUp() async throws {
        try await ScriptedOrigin.with(handler: OriginHandler { _ in [.stall] }) { origin in
            try await Fetcher.with([origin.url]) { fetcher in
                let request = FetchRequest(service: "s", path: "/", timeout: .milliseconds(50))
                #expect(await fetcher.fetch(request).code == .timeout)
                #expect(await eventuallyHolds { origin.counts.connections == 1 && origin.counts.openConnections == 0 })
            }
        }
    }

    @Test func anAnswerThatEndsWithItIsNotWholeWhenItBreaks() async throws {
        try await ScriptedOrigin.with(
            handler: OriginHandler {
                [.head(200), .bytes("the beginning")] + ($0.path == "/cut" ? [.reset] : [.close])
            }
        ) { origin in
            try await Fetcher.with([origin.url]) { fetcher in
                #expect(await fetcher.fetch(.patient("/whole")).text == "the beginning")
                #expect(await fetcher.fetch(.patient("/cut")).code == .reset)
            }
        }
    }

    /// Of a name with several addresses the first one that answers is taken; `localhost` has one or two.
    @Test func asksByName() async throws {
        try await ScriptedOrigin.with(handler: OriginHandler { OriginStep.answer(200, [], $0.values("host").joined()) })
        {
            origin in
            try await Fetcher.with(["http://localhost:\(origin.port)"]) { fetcher in
                for _ in 0..<3 {
                    #expect(await fetcher.fetch(.patient("/")).text == "localhost:\(origin.port)")
                    await origin.dropConnections()
                }
            }
        }
    }

    /// A service that is gone ends a full queue of fetches one after another, not one within another.
    @Test func aLongQueueEndsAtOnceWithItsService() async throws {
        try await Fetcher.with(
            ["unix:/tmp/rose-ash-nobody-\(getpid()).sock"],
            concurrency: 1,
            queueLength: 20_000,
            breaker: nil
        ) { fetcher in
            let loop = MultiThreadedEventLoopGroup.singleton.next()
            let promises = (0..<20_000).map { _ in loop.makePromise(of: FetchFailure.Code?.self) }
            for promise in promises { fetcher.fetch(.patient("/"), on: loop) { promise.succeed($0.code) } }
            for promise in promises {
                let code = try await promise.futureResult.get()
                #expect(code == .connect)
            }
        }
    }

    @Test func mayBeShutDownTwice() async throws {
        try await ScriptedOrigin.with(handler: OriginHandler { _ in OriginStep.answer() }) { origin in
            let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
            let upstream = try #require(Upstream(origin.url))
            let fetcher = Fetcher(services: [UpstreamService(name: "s", upstreams: [upstream])])
            #expect(await fetcher.fetch(.patient("/"), on: group.next()).status == 200)
            await fetcher.shutdown()
            try await group.shutdownGracefully()
            await fetcher.shutdown()
        }
    }

    @Test func endsWithTheFetcher() async throws {
        try await ScriptedOrigin.with(handler: OriginHandler { _ in OriginStep.answer() }) { origin in
            try await Fetcher.with([origin.url]) { fetcher in
                #expect(await fetcher.fetch(.patient("/")).status == 200)
                #expect(origin.counts.openConnections == 1)
            }
            #expect(await eventuallyHolds { origin.counts.openConnections == 0 })
        }
    }
}
