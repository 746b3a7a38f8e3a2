import Curl
import NIOCore
import Testing

@testable import Gateway

struct StreamBuffersTests {
    private func receive(_ buffers: inout StreamBuffers, _ count: Int) -> Bool {
        buffers.receive([UInt8](repeating: 1, count: count).span.bytes)
    }

    private func describe(_ event: StreamBuffers.Event?) -> String {
        switch event {
        case .head: "head"
        case .body(let bytes, let resumes): "body \(bytes.readableBytes)\(resumes ? " resumes" : "")"
        case .writable: "writable"
        case .finished(.success): "finished"
        case .finished(.failure(let failure)): failure.code.rawValue
        case nil: "nothing"
        }
    }

    private func events(_ buffers: inout StreamBuffers) -> [String] {
        var all: [String] = []
        while let event = buffers.nextEvent() { all.append(describe(event)) }
        return all
    }

    @Test func holdsTheUpstreamAtTheWindowAndLetsItGoOnAtHalf() {
        var buffers = StreamBuffers(window: 100_000)
        var taken = 0
        while receive(&buffers, 16_384) { taken += 1 }
        #expect(taken == 7)
        buffers.receiveEnd(.success(()))
        #expect(
            events(&buffers) == [
                "body 16384", "body 16384", "body 16384", "body 16384 resumes", "body 16384", "body 16384",
                "body 16384", "finished",
            ]
        )
    }

    @Test func holdsBodyAndEndWhilePaused() {
        var buffers = StreamBuffers(window: 10)
        buffers.pause()
        #expect(receive(&buffers, 5))
        buffers.receiveEnd(.failure(FetchFailure(.reset, "")))
        #expect(events(&buffers).isEmpty)
        buffers.resume()
        #expect(events(&buffers) == ["body 5", "reset"])
    }

    @Test func tellsTheProducerOnce() {
        var buffers = StreamBuffers(window: 40_000)
        let piece = ByteBuffer(repeating: 1, count: 20_000)
        let rooms = (0..<3).map { _ in buffers.send(piece).hasRoom }
        #expect(rooms == [true, false, false])
        var told: [Bool] = []
        while case .piece(_, let tells) = buffers.supply(upTo: 20_000) { told.append(tells) }
        #expect(told == [false, true, false])
        #expect(events(&buffers) == ["writable"])
        #expect(events(&buffers).isEmpty)
    }

    @Test func wakesTheUpstreamThatAskedInVain() {
        var buffers = StreamBuffers(window: 100)
        let early = buffers.send(ByteBuffer(string: "a")).resumesUpstream
        #expect(!early)
        guard case .piece = buffers.supply(upTo: 10), case .nothingYet = buffers.supply(upTo: 10) else {
            Issue.record("one piece and then nothing")
            return
        }
        let late = [
            buffers.send(ByteBuffer(string: "b")).resumesUpstream,
            buffers.send(ByteBuffer(string: "c")).resumesUpstream,
        ]
        #expect(late == [true, false])
        let ends = [buffers.finishUpload()]
        #expect(ends == [false])
        guard case .piece(let bytes, _) = buffers.supply(upTo: 10), case .finished = buffers.supply(upTo: 10) else {
            Issue.record("a piece and the end")
            return
        }
        #expect(String(buffer: bytes) == "bc")
    }

    @Test func dropsWhatIsSentAfterTheEnd() {
        var buffers = StreamBuffers(window: 10)
        buffers.receiveEnd(.success(()))
        let sent = buffers.send(ByteBuffer(repeating: 1, count: 100))
        #expect(sent.hasRoom && !sent.resumesUpstream)
        #expect(buffers.byteCount == 0)
    }
}
