import Testing

@testable import Curl

struct ResponseHeadReaderTests {
    private func read(_ lines: [String], limits: ResponseHeadReader.Limits = .init()) throws -> TransferHead? {
        var reader = ResponseHeadReader(limits: limits)
        var head: TransferHead?
        for line in lines {
            let step = try Array((line + "\r\n").utf8).withUnsafeBytes { try reader.read($0) }
            if case .complete(let complete) = step { head = complete }
        }
        return head
    }

    @Test func readsStatusAndFieldsInOrder() throws {
        let head = try #require(
            try read(["HTTP/1.1 200 OK", "Content-Length: 5", "X-A:  one \t", "x-a: two", "X-Empty:", ""])
        )
        #expect(head.status == 200)
        #expect(head.headers.map(\.name) == ["Content-Length", "X-A", "x-a", "X-Empty"])
        #expect(head.headers.map(\.value) == ["5", "one", "two", ""])
        #expect(head.contentLength == 5)
    }

    @Test func dropsInformationalAnswersAndTrailers() throws {
        let head = try #require(
            try read(["HTTP/1.1 103 Early Hints", "Link: <a>", "", "HTTP/1.1 204", "X: 1", "", "Trailer-X: 2", ""])
        )
        #expect(head.status == 204)
        #expect(head.headers.map(\.name) == ["X"])
    }

    @Test func joinsFoldedLines() throws {
        let head = try #require(try read(["HTTP/2 200 ", "X: a", " \t b", "\tc", ""]))
        #expect(head.headers.map(\.value) == ["a b c"])
    }

    @Test(arguments: [
        (["Content-Length: 7", "Content-Length: 7"], Int64(7), ["Content-Length"]),
        (["Content-Length: 7", "Transfer-Encoding: chunked"], nil, ["Transfer-Encoding"]),
        (["X: 1"], nil, ["X"]),
    ]) func settlesFraming(lines: [String], length: Int64?, names: [String]) throws {
        let head = try #require(try read(["HTTP/1.1 200 OK"] + lines + [""]))
        #expect(head.contentLength == length)
        #expect(head.headers.map(\.name) == names)
    }

    @Test(arguments: [
        ["HTTP/1.1 20 OK", ""],
        ["HTTP/1.1 abc OK", ""],
        ["HTTP/1.1 600 OK", ""],
        ["HTTP/1.1 101 Switching", "Upgrade: x", ""],
        ["ICY 200 OK", ""],
        ["HTTP/1.1 200 OK", "Content-Length: 5", "Content-Length: 6", ""],
        ["HTTP/1.1 200 OK", "Content-Length: +5", ""],
        ["HTTP/1.1 200 OK", "Content-Length: 99999999999999999999", ""],
        ["HTTP/1.1 200 OK", "Content-Length: 5, 5", ""],
        ["HTTP/1.1 200 OK", " folded first", ""],
        ["HTTP/1.1 200 OK", "no colon", ""],
        ["HTTP/1.1 200 OK", ": no name", ""],
        ["HTTP/1.1 200 OK", "na me: x", ""],
        ["HTTP/1.1 200 OK", "X: a\rb", ""],
        ["HTTP/1.1 200 OK", "X: a\0b", ""],
    ]) func refuses(lines: [String]) {
        #expect(throws: TransferError(.protocolError, "")) { try read(lines) }
    }

    @Test func boundsBytesAndFields() {
        var limits = ResponseHeadReader.Limits()
        limits.bytes = 100
        limits.fields = 3
        #expect(throws: TransferError.self) {
            try read(["HTTP/1.1 200 OK", "X: " + String(repeating: "a", count: 100)], limits: limits)
        }
        #expect(throws: TransferError.self) {
            try read(["HTTP/1.1 200 OK", "a: 1", "b: 1", "c: 1", "d: 1"], limits: limits)
        }
    }

    @Test func survivesAnyBytes() {
        var random = SystemRandomNumberGenerator.seeded(7)
        for _ in 0..<2000 {
            var reader = ResponseHeadReader()
            for _ in 0..<4 {
                let line = (0..<Int.random(in: 0..<30, using: &random)).map { _ in
                    "HTP/1. 2013:\r\n\tx-\0é".utf8.randomElement(using: &random) ?? 0
                }
                // Refusing is as good as reading: what matters is that it ends.
                guard (try? line.withUnsafeBytes { try reader.read($0) }) != nil else { break }
            }
        }
    }
}

/// A generator whose sequence is the same in each run.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

extension SystemRandomNumberGenerator {
    static func seeded(_ seed: UInt64) -> SeededGenerator { SeededGenerator(state: seed) }
}
