package import NIOCore

/// The head of an answer, written as bytes from its status line on (RFC 9112, section 4).
///
/// Values are checked in debug builds only: what comes from outside goes through ``ForwardingPolicy`` or
/// ``RedirectPolicy`` first.
package struct ResponseHead {
    private var bytes: ByteBuffer

    /// Begins a head with its status line.
    ///
    /// - Parameters:
    ///   - status: 200 to 599.
    ///   - capacity: bytes that are allocated at once; with room for the body, the body can follow in the same buffer.
    package init(_ status: Int, capacity: Int = 512) {
        self.bytes = ByteBufferAllocator().buffer(capacity: capacity)
        self.writeStatus(status)
    }

    /// Appends a field whose value the gateway has made or checked.
    @inline(__always)
    package mutating func append(_ name: StaticString, _ value: String) {
        assert(Self.isFieldValue(value), "a header value holds a control character")
        self.bytes.writeStaticString(name)
        self.bytes.writeStaticString(": ")
        self.bytes.writeString(value)
        self.bytes.writeStaticString("\r\n")
    }

    /// Appends a field that a service sent and ``ForwardingPolicy`` let through.
    package mutating func append(_ name: String, _ value: String) {
        assert(Self.isToken(name), "a header name is not a token")
        assert(Self.isFieldValue(value), "a header value holds a control character")
        self.bytes.writeString(name)
        self.bytes.writeStaticString(": ")
        self.bytes.writeString(value)
        self.bytes.writeStaticString("\r\n")
    }

    /// Appends whole lines, each with its CRLF: `"Cache-Control: no-store\r\n"`.
    @inline(__always)
    package mutating func append(lines: StaticString) {
        self.bytes.writeStaticString(lines)
    }

    /// Appends whole lines that were put together before, each with its CRLF.
    @inline(__always)
    package mutating func append(lines: ByteBuffer) {
        self.bytes.writeImmutableBuffer(lines)
    }

    /// Appends `Content-Length`.
    package mutating func append(contentLength: some BinaryInteger) {
        self.bytes.writeStaticString("Content-Length: ")
        self.bytes.writeString(String(contentLength))
        self.bytes.writeStaticString("\r\n")
    }

    /// Appends what the client has to know of the connection: that it closes, or for HTTP/1.0 that it is kept.
    @inline(__always)
    package mutating func appendConnection(closes: Bool, isHTTP10: Bool) {
        if closes {
            self.bytes.writeStaticString("Connection: close\r\n")
        } else if isHTTP10 {
            self.bytes.writeStaticString("Connection: keep-alive\r\n")
        }
    }

    /// Appends `Date` (RFC 9110, section 6.6.1).
    package mutating func append(date moment: Instant) {
        self.bytes.writeStaticString("Date: ")
        self.bytes.writeDate(moment)
        self.bytes.writeStaticString("\r\n")
    }

    /// Ends the head with its empty line.
    package consuming func finish() -> ByteBuffer {
        self.bytes.writeStaticString("\r\n")
        return self.bytes
    }

    /// Whether a text may be a field's name (RFC 9110, section 5.1).
    package static func isToken(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { TokenTable.isToken($0) }
    }

    /// Whether a text may be a field's value: no control character but the tab (RFC 9110, section 5.5).
    package static func isFieldValue(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 == .tab || ($0 >= 0x20 && $0 != 0x7f) }
    }

    private mutating func writeStatus(_ status: Int) {
        if status == 200 {
            self.bytes.writeStaticString("HTTP/1.1 200 OK\r\n")
            return
        }
        self.bytes.writeStaticString("HTTP/1.1 ")
        self.bytes.writeString(String(status))
        self.bytes.writeStaticString(" ")
        self.bytes.writeStaticString(ReasonPhrase.of(status))
        self.bytes.writeStaticString("\r\n")
    }
}
