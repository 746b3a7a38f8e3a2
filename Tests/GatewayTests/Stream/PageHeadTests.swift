import NIOCore
import Testing

@testable import Gateway

@Suite struct PageHeadTests {
    private static let page: Result<SitePage, any Error> = Result {
        let configuration = try ConfigurationSamples.load(ConfigurationSamples.smallest)
        return SitePage(
            program: try templateProgram("page"),
            host: "blog.localhost",
            captureNames: [],
            budget: .seconds(1),
            configuration: configuration,
            security: SecurityHeaders(configuration),
            hasher: FragmentSamples.hasher
        )
    }

    /// A head's lines, those that are the same on every page left out.
    private static func lines(
        status: Int = 200,
        isHTTP10: Bool = false,
        closes: Bool = false,
        steps: [FragmentStep] = [],
        cookie: String? = nil,
        _ write: (PageHead, inout ByteBuffer) -> Void
    ) throws -> [String] {
        let page = try Self.page.get()
        var timing = PageTiming()
        for step in steps { timing.add(try FragmentSamples.bound(), step) }
        let head = PageHead(
            page: page,
            status: status,
            isHTTP10: isHTTP10,
            closes: closes,
            timing: timing,
            cookie: cookie,
            dateLine: ByteBuffer(string: "Date: now\r\n")
        )
        var output = ByteBuffer()
        write(head, &output)
        let text = String(buffer: output)
        let common = String(buffer: page.headLines)
        let parts = text.components(around: common)
        try #require(parts.count == 2, "the page's own lines stand there once")
        #expect(!text.replacing("\r\n", with: "").contains { $0 == "\r" || $0 == "\n" })
        return (parts[0] + parts[1]).split(separator: "\r\n", omittingEmptySubsequences: false).map(String.init)
    }

    @Test(
        arguments: [
            (200, "HTTP/1.1 200 OK", []), (404, "HTTP/1.1 404 Not Found", []),
            (422, "HTTP/1.1 422 Unprocessable Content", []), (502, "HTTP/1.1 502 Bad Gateway", []),
            (503, "HTTP/1.1 503 Service Unavailable", ["Retry-After: 5"]), (504, "HTTP/1.1 504 Gateway Timeout", []),
            (299, "HTTP/1.1 299 ", []),
        ] as [(Int, String, [String])]
    )
    func beginsWithTheStatus(status: Int, line: String, more: [String]) throws {
        let lines = try Self.lines(status: status) { $0.writeLines(into: &$1) }
        #expect(lines == [line, "Date: now", "Cache-Status: rose-ash; hit"] + more + [""])
    }

    @Test(arguments: [
        (false, false, []), (true, false, ["Connection: keep-alive"]), (false, true, ["Connection: close"]),
        (true, true, ["Connection: close"]),
    ])
    func tellsOfTheConnection(isHTTP10: Bool, closes: Bool, more: [String]) throws {
        let lines = try Self.lines(isHTTP10: isHTTP10, closes: closes) { $0.writeLines(into: &$1) }
        #expect(lines == ["HTTP/1.1 200 OK", "Date: now", "Cache-Status: rose-ash; hit"] + more + [""])
    }

    @Test func holdsAllThatAnAnswerHasOfItsOwn() throws {
        let lines = try Self.lines(
            status: 503,
            closes: true,
            steps: [.memory, .fallback],
            cookie: "session=x; HttpOnly"
        ) { $0.writeWhole(bodyLength: 1234, into: &$1) }
        #expect(
            lines == [
                "HTTP/1.1 503 Service Unavailable", "Date: now", "Cache-Status: rose-ash; fwd=miss",
                "Server-Timing: blog.nav;desc=memory, blog.nav;desc=fallback", "Set-Cookie: session=x; HttpOnly",
                "Retry-After: 5", "Connection: close", "Content-Length: 1234", "", "",
            ]
        )
    }

    @Test func anEmptyBodyHasALengthToo() throws {
        let lines = try Self.lines { $0.writeWhole(bodyLength: 0, into: &$1) }
        #expect(lines.suffix(3) == ["Content-Length: 0", "", ""])
    }

    @Test func thereIsRoomInFrontOfABodyForTheHead() throws {
        let page = try Self.page.get()
        #expect(page.headRoom > page.headLines.readableBytes + 512)
    }

    @Test(arguments: [0, 1, 9, 10, 11, 99, 100, 101, 1_000_000_007, 4_294_967_295, 4_294_967_296, .max - 1, .max])
    func writesDecimals(number: Int) {
        var buffer = ByteBuffer(string: "x")
        buffer.append(decimal: number)
        #expect(String(buffer: buffer) == "x\(number)")
    }

    @Test func writesDecimalsAroundEachPowerOfTen() {
        var power = 1
        while true {
            for number in [power - 1, power, power + 1] {
                var buffer = ByteBuffer()
                buffer.append(decimal: number)
                #expect(String(buffer: buffer) == "\(number)")
            }
            let (next, isOver) = power.multipliedReportingOverflow(by: 10)
            if isOver { break }
            power = next
        }
        #expect(power == 1_000_000_000_000_000_000)
    }
}

extension String {
    /// What stands before and after a text, at each place where it stands.
    fileprivate func components(around text: String) -> [String] {
        self.split(separator: text, omittingEmptySubsequences: false).map(String.init)
    }
}
