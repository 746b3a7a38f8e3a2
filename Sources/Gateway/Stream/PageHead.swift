import NIOCore

/// The head of a composed page: the route's own lines, and those that each answer has.
struct PageHead {
    let page: SitePage
    let status: Int
    let isHTTP10: Bool
    let closes: Bool
    let timing: PageTiming
    var coding = ContentCoding.identity
    /// Names this version of the page, where all of it is known.
    var tag: PageTag?
    /// A dictionary that the browser is told of.
    var dictionary: SharedDictionary?
    /// A `Set-Cookie` value, when a session begins with this answer.
    let cookie: String?
    /// The line `Date`, which all answers of a second share.
    let dateLine: ByteBuffer

    /// The status line and all lines but those that tell how the body is framed.
    @inline(__always)
    func writeLines(into output: inout some HeadOutput) {
        if self.status == 200 {
            output.append(self.page.okLines)
        } else {
            output.append(text: "HTTP/1.1 \(self.status) \(ReasonPhrase.of(self.status))\r\n")
            output.append(self.page.headLines)
        }
        output.append(self.dateLine)
        output.append(self.timing.cacheStatusLine)
        if !self.timing.isEmpty {
            output.append("Server-Timing: ")
            output.append(self.timing.value)
            output.append("\r\n")
        }
        self.tag?.writeLine(into: &output)
        if self.coding != .identity { output.append(self.coding.line) }
        if let dictionary { output.append(dictionary.linkLine) }
        if let cookie {
            output.append("Set-Cookie: ")
            output.append(text: cookie)
            output.append("\r\n")
        }
        if self.status == 503 { output.append("Retry-After: 5\r\n") }
        if self.closes {
            output.append("Connection: close\r\n")
        } else if self.isHTTP10 {
            output.append("Connection: keep-alive\r\n")
        }
    }

    /// The lines of an answer to a client that holds the page: all but what tells of the body (RFC 9110, section 15.4.5).
    func writeNotModified(into output: inout some HeadOutput) {
        self.writeLines(into: &output)
        output.append("\r\n")
    }

    /// The lines of a whole answer.
    @inline(__always)
    func writeWhole(bodyLength: Int, into output: inout some HeadOutput) {
        self.writeLines(into: &output)
        output.append("Content-Length: ")
        output.append(decimal: bodyLength)
        output.append("\r\n\r\n")
    }
}

/// Where the lines of a head go.
protocol HeadOutput {
    mutating func append(_ text: StaticString)
    mutating func append(_ bytes: ByteBuffer)
    mutating func append(text: String)
    mutating func append(decimal number: Int)
    mutating func append(hexadecimal number: UInt64)
}

extension ByteBuffer: HeadOutput {
    mutating func append(_ text: StaticString) { self.writeStaticString(text) }
    mutating func append(_ bytes: ByteBuffer) { self.writeImmutableBuffer(bytes) }
    mutating func append(text: String) { self.writeString(text) }
    mutating func append(decimal number: Int) {
        let digits = DecimalDigits(of: number)
        // Digits are plain bytes.
        digits.read { unsafe self.writeBytes($0.bytes) }
    }
    mutating func append(hexadecimal number: UInt64) {
        let digits = HexadecimalDigits(of: number)
        digits.read { self.writeBytes($0) }
    }
}

extension ByteBuffer {
    /// Puts a head before the readable bytes: into the room in front of them, or else by a copy.
    @inline(__always)
    mutating func putInFront(_ head: ByteBuffer) {
        let length = head.readableBytes
        if length <= self.readerIndex {
            self.setBuffer(head, at: self.readerIndex - length)
            self.moveReaderIndex(to: self.readerIndex - length)
        } else {
            var whole = head
            whole.writeImmutableBuffer(self)
            self = whole
        }
    }
}
