import TestSupport

/// What a service of a test answers for a fragment.
struct OriginReply: Sendable {
    private enum Course: Sendable {
        /// The whole answer.
        case complete
        /// The same few bytes again and again, without an end.
        case drip(String, pause: Duration)
        /// Nothing at all, on an open connection.
        case hang
        /// A reset of the connection in place of an answer.
        case reset
    }

    private var status = 200
    private var headers: [(String, String)] = []
    private var body = ""
    private var delay: Duration?
    private var course = Course.complete

    static func html(_ body: String) -> OriginReply {
        OriginReply(body: body).header("Content-Type", "text/html; charset=utf-8")
    }

    static func json(_ body: String) -> OriginReply {
        OriginReply(body: body).header("Content-Type", "application/json")
    }

    /// An answer without a body.
    static func status(_ status: Int) -> OriginReply {
        OriginReply().status(status)
    }

    static func drip(_ text: String, every pause: Duration) -> OriginReply {
        OriginReply(course: .drip(text, pause: pause)).header("Content-Type", "text/html; charset=utf-8")
    }

    static let hang = OriginReply(course: .hang)
    static let reset = OriginReply(course: .reset)

    func status(_ status: Int) -> OriginReply {
        var reply = self
        reply.status = status
        return reply
    }

    /// Sets a header, in place of one of the same name.
    func header(_ name: String, _ value: String) -> OriginReply {
        var reply = self
        reply.headers.removeAll { $0.0 == name }
        reply.headers.append((name, value))
        return reply
    }

    /// The same answer, so much later.
    func after(_ delay: Duration) -> OriginReply {
        var reply = self
        reply.delay = delay
        return reply
    }

    /// The answer as the scripted origin plays it.
    var steps: [OriginStep] {
        let pause = delay.map { [OriginStep.delay($0)] } ?? []
        switch course {
        case .complete:
            return pause + OriginStep.answer(status, headers, body)
        case .drip(let text, let interval):
            let drops = (0..<500).flatMap { _ in [OriginStep.chunk(text), .delay(interval)] }
            return pause + [.head(status, headers + [("Transfer-Encoding", "chunked")])] + drops
        case .hang:
            return pause + [.stall]
        case .reset:
            return pause + [.reset]
        }
    }
}
