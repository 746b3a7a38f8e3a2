import NIOCore
import Synchronization
import TestSupport
import Testing

@testable import Gateway

/// Services that misbehave in the ways that have brought other gateways down, over real sockets.
struct FetcherFaultTests {
    /// One way to misbehave.
    struct Fault: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let steps: [OriginStep]
        /// What the fetch comes to: a failure, or the status of an answer.
        let code: FetchFailure.Code?
        var status: Int?
        /// Where libcurl names it otherwise.
        var codeOverCurl: FetchFailure.Code?
    }

    static let faults: [Fault] = [
        Fault(testDescription: "never answers", steps: [.stall], code: .timeout),
        Fault(
            testDescription: "stalls after the head",
            steps: [.head(200, [("Content-Length", "10")]), .stall],
            code: .timeout
        ),
        Fault(
            testDescription: "stalls within the head",
            steps: [.bytes("HTTP/1.1 200 OK\r\nX-A: "), .stall],
            code: .timeout
        ),
        Fault(
            testDescription: "stalls within a chunk",
            steps: [.head(200, [("Transfer-Encoding", "chunked")]), .bytes("a\r\n12345"), .stall],
            code: .timeout
        ),
        Fault(
            testDescription: "drips one byte at a time",
            steps: [.head(200, [("Content-Length", "100000")])]
                + (0..<500).flatMap { _ in [.bytes("x"), .delay(.milliseconds(20))] },
            code: .timeout
        ),
        Fault(
            testDescription: "drips its head",
            steps: (0..<500).flatMap { index in
                [.bytes("HTTP/1.1 200 OK\r\nX-A: ".character(index)), .delay(.milliseconds(20))]
            },
            code: .timeout
        ),
        Fault(
            testDescription: "is cut in the middle",
            steps: [.head(200, [("Content-Length", "10")]), .bytes("12345"), .close],
            code: .reset
        ),
        Fault(
            testDescription: "is cut in the middle of a chunk",
            steps: [.head(200, [("Transfer-Encoding", "chunked")]), .bytes("a\r\n12345"), .close],
            code: .reset
        ),
        Fault(
            testDescription: "is cut before its last chunk",
            steps: [.head(200, [("Transfer-Encoding", "chunked")]), .chunk("12345"), .close],
            code: .reset
        ),
        Fault(
            testDescription: "is cut within the head",
            steps: [.bytes("HTTP/1.1 200 OK\r\nX-A: 1\r\n"), .close],
            code: .reset,
            codeOverCurl: .protocolError
        ),
        Fault(
            testDescription: "says that it sends 5 MB",
            steps: [.head(200, [("Content-Length", "5000000")]), .fill(5_000_000)],
            code: .tooLarge
        ),
        Fault(
            testDescription: "sends 5 MB without saying so",
            steps: [.head(200), .fill(5_000_000), .close],
            code: .tooLarge
        ),
        Fault(
            testDescription: "sends 5 MB in chunks",
            steps: [.head(200, [("Transfer-Encoding", "chunked")])]
                + (0..<80).map { _ in .chunk(String(repeating: "x", count: 65_536)) } + [.lastChunk()],
            code: .tooLarge
        ),
        Fault(
            testDescription: "is no HTTP",
            steps: [.bytes("SSH-2.0-OpenSSH_9.9\r\n\r\n"), .close],
            code: .protocolError
        ),
        Fault(
            testDescription: "has two lengths",
            steps: [.head(200, [("Content-Length", "1"), ("Content-Length", "2")]), .bytes("xy"), .close],
            code: .protocolError
        ),
        Fault(
            testDescription: "leads elsewhere, which nobody follows",
            steps: OriginStep.answer(302, [("Location", "http://127.0.0.1:1/")]),
            code: nil,
            status: 302
        ),
        Fault(testDescription: "fails", steps: OriginStep.answer(500, [], "oops"), code: nil, status: 500),
    ]

    @Test(arguments: faults, [true, false])
    func endsInTimeAndFreesItsPlace(_ fault: Fault, directly: Bool) async throws {
        try await ScriptedOrigin.with(
            handler: OriginHandler { $0.path == "/fault" ? fault.steps : OriginStep.answer(200, [], "good") }
        ) { origin in
            try await Fetcher.with(directly: directly, [origin.url], concurrency: 1) { fetcher in
                var request = FetchRequest.patient("/fault", retries: 0)
                if fault.code == .timeout { request.timeout = .milliseconds(500) }
                let started = ContinuousClock.now
                let result = await fetcher.fetch(request)
                let expected = directly ? fault.code : fault.codeOverCurl ?? fault.code
                #expect(result.code == expected, "\(result)")
                #expect(result.status == fault.status)
                // A drip would take ten seconds.
                #expect(.now - started < .seconds(8))
                #expect(origin.requestCount("/fault") == 1)
                // The only place is free, and no rest of that answer is taken for the next one.
                for _ in 0..<3 { #expect(await fetcher.fetch(.patient("/")).text == "good") }
            }
        }
    }

    /// A body of gzip is never inflated: what it would become needs no bound.
    @Test(arguments: [true, false]) func codedBodiesAreTakenAsTheyAre(directly: Bool) async throws {
        let bomb = String(repeating: "\u{1f}", count: 1000)
        try await ScriptedOrigin.with(
            handler: OriginHandler { _ in OriginStep.answer(200, [("Content-Encoding", "gzip")], bomb) }
        ) { origin in
            try await Fetcher.with(directly: directly, [origin.url]) { fetcher in
                let response = try await fetcher.fetch(.patient("/")).get()
                #expect(response.body.readableBytes == 1000)
                #expect(response.firstValue(of: "content-encoding") == "gzip")
            }
        }
    }
}

extension String {
    /// One character of it, as a text; the last one again and again beyond its end.
    fileprivate func character(_ index: Int) -> String {
        String(self[self.index(startIndex, offsetBy: Swift.min(index, count - 1))])
    }
}
