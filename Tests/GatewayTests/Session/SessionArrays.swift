@testable import Gateway

// The same calls with arrays, whose spans could not be taken inside an expectation.

extension SessionSealer {
    func open(_ token: [UInt8], host: String, now: Instant) -> Session? {
        self.open(token.span, host: host, now: now)
    }
}

extension SessionTokenText {
    static func decode(_ text: some Sequence<UInt8>) -> [UInt8]? {
        let bytes = Array(text)
        return self.decode(bytes.span)
    }
}

extension CSRFPolicy {
    static func refusal(of token: [UInt8], session: Session?) -> CSRFRefusal? {
        self.refusal(of: token.span, session: session)
    }
}

extension OwnOriginPolicy {
    static func verdict(of head: RequestHead, in bytes: [UInt8], ownOrigin: String) -> Verdict {
        self.verdict(of: head, in: bytes.span, ownOrigin: ownOrigin)
    }
}

extension FormBody {
    init(parsing body: [UInt8], limits: Limits = Limits()) throws(FormBodyError) {
        try self.init(parsing: body.span, limits: limits)
    }

    static func isForm(_ contentType: ByteRange, in bytes: [UInt8]) -> Bool { self.isForm(contentType, in: bytes.span) }
}

extension [UInt8] {
    func string(at range: ByteRange) -> String { self.span.string(at: range) }
}

extension CookieReader {
    static func value(of name: StaticString, in bytes: [UInt8], at header: ByteRange) -> ByteRange? {
        self.value(of: name, in: bytes.span, at: header)
    }
}
