import NIOCore

@testable import Gateway

/// Answers by the request's path, and notes what happens.
///
/// `/sync` is answered at once with the method, path and query; `/later` gives an exchange that the test drives;
/// `/echo` gives one that answers with the body; `/big` answers with as many bytes as its query says.
final class FakeResponder: RequestResponder {
    private(set) var now = NIODeadline.uptimeNanoseconds(0)
    /// What the clock will show.
    var clock = NIODeadline.uptimeNanoseconds(0)
    private(set) var exchanges: [FakeExchange] = []
    private(set) var opened = 0
    private(set) var closed = 0
    private(set) var requests: [String] = []
    weak var connection: Connection?

    func beginBurst() { self.now = self.clock }

    func respond(to head: RequestHead, in bytes: ByteBuffer, on connection: Connection) -> (any Exchange)? {
        let span = bytes.readableBytesUInt8Span
        let path = span.string(at: head.path)
        let query = span.string(at: head.query)
        self.requests.append("\(span.string(at: head.methodName)) \(path)")
        switch path {
        case "/later", "/echo":
            let exchange = FakeExchange(connection: connection, echoes: path == "/echo", isHead: head.method == .head)
            self.exchanges.append(exchange)
            return exchange
        case "/big":
            connection.send(Self.answer(String(repeating: "x", count: Int(query) ?? 0), on: connection))
        default:
            let text = "\(span.string(at: head.methodName)) \(path)\(query)"
            connection.send(Self.answer(text, on: connection, isHead: head.method == .head))
        }
        return nil
    }

    static func answer(_ text: String, on connection: Connection, isHead: Bool = false) -> ByteBuffer {
        let close = connection.closesAfterAnswer ? "Connection: close\r\n" : ""
        return ByteBuffer(
            string: "HTTP/1.1 200 OK\r\nContent-Length: \(text.utf8.count)\r\n\(close)\r\n\(isHead ? "" : text)"
        )
    }

    func refusal(status: Int, explanation: String) -> ByteBuffer {
        ByteBuffer(string: "HTTP/1.1 \(status) No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    }

    func connectionOpened(_ connection: Connection) {
        self.opened += 1
        self.connection = connection
    }

    func connectionClosed(_ connection: Connection) { self.closed += 1 }
}

/// An exchange that notes what it is told.
final class FakeExchange: Exchange {
    let connection: Connection
    let echoes: Bool
    let isHead: Bool
    private(set) var body = ""
    private(set) var isComplete = false
    private(set) var cancellations = 0
    private(set) var writability: [Bool] = []
    /// How many bytes are taken before reading is paused.
    var pausesAfter = Int.max

    init(connection: Connection, echoes: Bool, isHead: Bool) {
        self.connection = connection
        self.echoes = echoes
        self.isHead = isHead
    }

    func receive(_ piece: ByteBuffer) {
        self.body += String(buffer: piece)
        if self.body.utf8.count >= self.pausesAfter { self.connection.pauseReading() }
    }

    func receiveEnd() {
        self.isComplete = true
        if self.echoes { self.finish(self.body) }
    }

    func writabilityChanged(isWritable: Bool) { self.writability.append(isWritable) }

    func cancel() { self.cancellations += 1 }

    func finish(_ text: String) {
        self.connection.send(FakeResponder.answer(text, on: self.connection, isHead: self.isHead))
    }
}
