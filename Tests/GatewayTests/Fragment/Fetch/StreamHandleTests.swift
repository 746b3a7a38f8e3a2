import NIOCore
import NIOPosix
import Synchronization
import TestSupport
import Testing

@testable import Gateway

/// Streams, as the pass-through uses them.
struct StreamHandleTests {
    /// Records a stream on its loop; `react` is called at each event.
    private final class Consumer: StreamConsumer {
        enum Event {
            case head
            case body(Int)
            case wantsMore
            case finished
        }

        var handle: StreamHandle?
        var head: StreamResponseHead?
        var text = ""
        var byteCount = 0
        var eventsAfterEnd = 0
        var most = 0
        var react: (Consumer, Event) -> Void = { _, _ in }
        private var isFinished = false
        private let done: EventLoopPromise<Outcome>
        private let keepsText: Bool

        init(_ done: EventLoopPromise<Outcome>, keepsText: Bool) {
            self.done = done
            self.keepsText = keepsText
        }

        func streamReceived(head: StreamResponseHead) {
            self.head = head
            tell(.head)
        }

        func streamReceived(body: ByteBuffer) {
            byteCount += body.readableBytes
            if keepsText { text += String(buffer: body) }
            tell(.body(body.readableBytes))
        }

        func streamWantsMore() {
            tell(.wantsMore)
        }

        func streamFinished(_ result: Result<Void, FetchFailure>) {
            tell(.finished)
            isFinished = true
            var failure: FetchFailure?
            if case .failure(let error) = result { failure = error }
            done.succeed(Outcome(head: head, text: text, byteCount: byteCount, failure: failure, mostBuffered: most))
            handle = nil
        }

        private func tell(_ event: Event) {
            if isFinished { eventsAfterEnd += 1 }
            most = max(most, handle?.bufferedBytes ?? 0)
            react(self, event)
        }
    }

    private struct Outcome: Sendable {
        let head: StreamResponseHead?
        let text: String
        let byteCount: Int
        let failure: FetchFailure?
        let mostBuffered: Int
    }

    /// Runs a stream to its end; `begin` is called on the loop once the stream is begun, `react` at each event.
    private func run(
        _ fetcher: Fetcher,
        _ request: StreamRequest,
        keepsText: Bool = true,
        begin: @escaping @Sendable (Consumer) -> Void = { _ in },
        react: @escaping @Sendable (Consumer, Consumer.Event) -> Void = { _, _ in }
    ) async throws -> Outcome {
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        let done = loop.makePromise(of: Outcome.self)
        try await loop.submit {
            let consumer = Consumer(done, keepsText: keepsText)
            consumer.react = react
            consumer.handle = fetcher.stream(request, on: loop, consumer: consumer)
            begin(consumer)
        }.get()
        return try await done.futureResult.get()
    }

    @Test(arguments: ["GET", "DELETE", "OPTIONS", "PATCH", "POST", "HEAD", "PURGE"])
    func passesAnyMethodWithoutABody(method: String) async throws {
        try await ScriptedOrigin.with(
            handler: OriginHandler { request in
                let head = [
                    OriginStep.head(201, [("Content-Length", "2"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])
                ]
                return request.method == "HEAD" ? head : head + [.bytes("ok")]
            }
        ) { origin in
            try await Fetcher.with([origin.url]) { fetcher in
                let outcome = try await run(fetcher, StreamRequest(service: "s", method: method, path: "/api/x?y=1"))
                #expect(outcome.failure == nil)
                #expect(outcome.head?.status == 201)
                #expect(outcome.head?.contentLength == 2)
                #expect(outcome.head?.headers.filter { $0.name == "Set-Cookie" }.map(\.value) == ["a=1", "b=2"])
                #expect(outcome.text == (method == "HEAD" ? "" : "ok"))
                #expect(origin.requestCount("/api/x?y=1") == 1)
            }
        }
    }

    @Test(arguments: ["POST", "PATCH", "DELETE", "PUT"], [Int64?.none, 11])
    func passesABody(method: String, length: Int64?) async throws {
        try await ScriptedOrigin.with(
            handler: OriginHandler { request in
                let framing = request.values("content-length") + request.values("transfer-encoding")
                return OriginStep.answer(
                    200,
                    [],
                    "\(request.method) \(framing.joined()) \(String(buffer: request.body))"
                )
            }
        ) { origin in
            try await Fetcher.with([origin.url]) { fetcher in
                let outcome = try await run(
                    fetcher,
                    StreamRequest(service: "s", method: method, path: "/", body: .streamed(length: length)),
                    begin: { consumer in
                        _ = consumer.handle?.send(ByteBuffer(string: "hello "))
                        _ = consumer.handle?.send(ByteBuffer(string: "world"))
                        consumer.handle?.finishRequest()
                    }
                )
                #expect(outcome.text == "\(method) \(length.map { "\($0)" } ?? "chunked") hello world")
            }
        }
    }

    @Test func passesAnEmptyStreamedBody() async throws {
        try await ScriptedOrigin.with(handler: OriginHandler { OriginStep.answer(200, [], "\($0.bodyLength)") }) {
            origin in
            try await Fetcher.with([origin.url]) { fetcher in
                let outcome = try await run(
                    fetcher,
                    StreamRequest(service: "s", method: "POST", path: "/", body: .streamed(length: nil)),
                    begin: { $0.handle?.finishRequest() }
                )
                #expect(outcome.text == "0")
            }
        }
    }

    @Test func streamsALargeAnswerToASlowConsumer() async throws {
        let size = 50_000_000
        try await ScriptedOrigin.with(
            handler: OriginHandler { _ in [.head(200, [("Content-Length", "\(size)")]), .fill(size)] }
        ) {
            origin in
            try await Fetcher.with([origin.url]) { fetcher in
                let taken = Mutex(0)
                let ahead = Mutex(0)
                let outcome = try await run(
                    fetcher,
                    StreamRequest(service: "s", method: "GET", path: "/"),
                    keepsText: false,
                    react: { consumer, event in
                        guard case .body(let count) = event, let handle = consumer.handle else { return }
                        let total = taken.withLock { taken in
                            taken += count
                            return taken
                        }
                        ahead.withLock { $0 = max($0, origin.counts.filledBytes - total) }
                        // Every megabyte the consumer needs a rest.
                        guard total / 1_000_000 != (total - count) / 1_000_000 else { return }
                        handle.pause()
                        handle.loop.scheduleTask(in: .milliseconds(4)) { handle.resume() }
                    }
                )
                #expect(outcome.failure == nil)
                #expect(outcome.byteCount == size)
                #expect(outcome.mostBuffered <= 262_144 + 16_384)
                // What the origin is ahead lies in socket buffers, which do not grow with the answer.
                #expect(ahead.withLock { $0 } < 20_000_000)
            }
        }
    }

    @Test func holdsTheUpstreamWhilePaused() async throws {
        let size = 50_000_000
        try await ScriptedOrigin.with(handler: OriginHandler { _ in [.head(200), .fill(size), .close] }) { origin in
            try await Fetcher.with([origin.url]) { fetcher in
                let handles = Mutex<[StreamHandle]>([])
                async let outcome = run(
                    fetcher,
                    StreamRequest(service: "s", method: "GET", path: "/"),
                    keepsText: false,
                    begin: { consumer in
                        consumer.handle?.pause()
                        handles.withLock { list in if let handle = consumer.handle { list.append(handle) } }
                    }
                )
                #expect(await eventuallyHolds { (handles.withLock { $0.first?.bufferedBytes } ?? 0) >= 262_144 })
                // The origin gets rid of what the sockets hold, and then of nothing more.
                var before = -1
                #expect(
                    await eventuallyHolds {
                        let now = origin.counts.filledBytes
                        defer { before = now }
                        return now == before
                    }
                )
                #expect(origin.counts.filledBytes < size)
                let handle = try #require(handles.withLock { $0.first })
                #expect(handle.bufferedBytes <= 262_144 + 16_384)
                handle.loop.execute { handle.resume() }
                let whole = try await outcome
                #expect(whole.byteCount == size)
            }
        }
    }

    @Test func streamsALargeBodyToASlowServer() async throws {
        let size = 50_000_000
        var options = ScriptedOrigin.Options()
        options.uploadPace = .milliseconds(1)
        try await ScriptedOrigin.with(
            options,
            handler: OriginHandler { OriginStep.answer(200, [], "\($0.bodyLength)") }
        ) { origin in
            try await Fetcher.with([origin.url]) { fetcher in
                let piece = ByteBuffer(repeating: 7, count: 50_000)
                let sent = Mutex((bytes: 0, waits: 0))
                let push: @Sendable (Consumer) -> Void = { consumer in
                    guard let handle = consumer.handle else { return }
                    while sent.withLock({ $0.bytes }) < size {
                        sent.withLock { $0.bytes += piece.readableBytes }
                        let hasRoom = handle.send(piece)
                        consumer.most = max(consumer.most, handle.bufferedBytes)
                        if !hasRoom {
                            sent.withLock { $0.waits += 1 }
                            return
                        }
                    }
                    handle.finishRequest()
                }
                let outcome = try await run(
                    fetcher,
                    StreamRequest(service: "s", method: "PUT", path: "/", body: .streamed(length: Int64(size))),
                    begin: push,
                    react: { consumer, event in
                        if case .wantsMore = event { push(consumer) }
                    }
                )
                #expect(outcome.failure == nil)
                #expect(outcome.text == "\(size)")
                #expect(outcome.mostBuffered <= 262_144 + 50_000)
                #expect(sent.withLock { $0.waits } > 50)
            }
        }
    }

    @Test func cancelsSilently() async throws {
        try await ScriptedOrigin.with(handler: OriginHandler { _ in [.head(200), .bytes("x"), .stall] }) { origin in
            try await Fetcher.with([origin.url]) { fetcher in
                let loop = MultiThreadedEventLoopGroup.singleton.any()
                let done = loop.makePromise(of: Outcome.self)
                let cancelled = loop.makePromise(of: Void.self)
                try await loop.submit {
                    let consumer = Consumer(done, keepsText: true)
                    consumer.react = { consumer, event in
                        guard case .body = event else { return }
                        consumer.handle?.cancel()
                        cancelled.succeed()
                    }
                    consumer.handle = fetcher.stream(
                        StreamRequest(service: "s", method: "GET", path: "/"),
                        on: loop,
                        consumer: consumer
                    )
                }.get()
                try await cancelled.futureResult.get()
                #expect(
                    await eventuallyHolds { origin.counts.openConnections == 0 && fetcher.status.first?.streams == 0 }
                )
                // Nothing has been told since: the promise is still to be kept.
                done.fail(CancellationError())
                await #expect(throws: CancellationError.self) { try await done.futureResult.get() }
            }
        }
    }

    @Test func tellsACutAnswerAndAStandstill() async throws {
        try await ScriptedOrigin.with(
            handler: OriginHandler { request in
                [.head(200, [("Content-Length", "10")]), .bytes("12345"), request.path == "/cut" ? .close : .stall]
            }
        ) { origin in
            try await Fetcher.with([origin.url]) { fetcher in
                // Long enough for the head to come on a machine that runs all the other tests at the same time.
                for (path, code) in [("/cut", FetchFailure.Code.reset), ("/stall", .timeout)] {
                    let outcome = try await run(
                        fetcher,
                        StreamRequest(service: "s", method: "GET", path: path, idleTimeout: .seconds(8))
                    )
                    #expect(outcome.head?.status == 200)
                    #expect(outcome.text == "12345")
                    #expect(outcome.failure?.code == code)
                }
            }
        }
    }

    @Test func tellsWhatCannotBegin() async throws {
        let gone = try await ScriptedOrigin.start { _ in [] }
        await gone.stop()
        try await Fetcher.with([gone.url]) { fetcher in
            for (service, code) in [("s", FetchFailure.Code.connect), ("other", .refused)] {
                let outcome = try await run(fetcher, StreamRequest(service: service, method: "GET", path: "/"))
                #expect(outcome.failure?.code == code)
                #expect(outcome.head == nil)
            }
        }
    }

    @Test func repeatsOnlyWhatIsSafeToRepeat() async throws {
        try await ScriptedOrigin.with(handler: OriginHandler { $0.path == "/warm" ? OriginStep.answer() : [.reset] }) {
            origin in
            try await Fetcher.with([origin.url]) { fetcher in
                let expected = [("GET", 2), ("POST", 1), ("PATCH", 1), ("DELETE", 2)]
                for (method, count) in expected {
                    _ = try await run(fetcher, StreamRequest(service: "s", method: "GET", path: "/warm"))
                    let outcome = try await run(
                        fetcher,
                        StreamRequest(service: "s", method: method, path: "/\(method)")
                    )
                    #expect(outcome.failure?.code == .reset)
                    #expect(origin.requestCount("/\(method)") == count, "\(method)")
                }
            }
        }
    }

    @Test func bringsAnAnswerBeforeTheBodysEnd() async throws {
        var options = ScriptedOrigin.Options()
        options.answersAtHead = ["/early"]
        try await ScriptedOrigin.with(
            options,
            handler: OriginHandler { _ in OriginStep.answer(413, [], "no") + [.close] }
        ) {
            origin in
            try await Fetcher.with([origin.url]) { fetcher in
                let outcome = try await run(
                    fetcher,
                    StreamRequest(service: "s", method: "POST", path: "/early", body: .streamed(length: 1000)),
                    begin: { _ = $0.handle?.send(ByteBuffer(string: "a part")) }
                )
                #expect(outcome.head?.status == 413)
                #expect(outcome.text == "no")
                #expect(outcome.failure == nil)
            }
        }
    }

    @Test func shutdownTellsTheConsumer() async throws {
        try await ScriptedOrigin.with(handler: OriginHandler { _ in [.stall] }) { origin in
            try await Fetcher.with([origin.url]) { fetcher in
                async let outcome = run(fetcher, StreamRequest(service: "s", method: "GET", path: "/"))
                #expect(await eventuallyHolds { origin.requestCount("/") == 1 })
                await fetcher.shutdown()
                let ended = try await outcome
                #expect(ended.failure?.code == .cancelled)
            }
        }
    }
}
