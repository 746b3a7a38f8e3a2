import NIOCore

/// The head of a composed page: the route's own lines, and those that each answer has.
struct PageHead {
    let page: SitePage
    let status: Int
    let isHTTP10: Bool
    let closes: Bool
    let timing: PageTiming
    /// A `Set-Cookie` value, when a session begins with this answer.
    let cookie: String?
    /// The line `Date`, which all answers of a second share.
    let dateLine: ByteBuffer

    /// The status line and all lines but those that tell how the body is framed.
    @inline(__always)
    func writeLines(into output: inout ByteBuffer) {
        if self.status == 200 {
            output.writeStaticString("HTTP/1.1 200 OK\r\n")
        } else {
            output.writeString("HTTP/1.1 \(self.status) \(ReasonPhrase.of(self.status))\r\n")
        }
        output.writeImmutableBuffer(self.page.headLines)
        output.writeImmutableBuffer(self.dateLine)
        output.writeStaticString("Cache-Status: ")
        output.writeStaticString(self.timing.cacheStatus)
        if !self.timing.isEmpty {
            output.writeStaticString("\r\nServer-Timing: ")
            output.writeString(self.timing.text)
        }
        if let cookie {
            output.writeStaticString("\r\nSet-Cookie: ")
            output.writeString(cookie)
        }
        if self.status == 503 { output.writeStaticString("\r\nRetry-After: 5") }
        if self.closes {
            output.writeStaticString("\r\nConnection: close")
        } else if self.isHTTP10 {
            output.writeStaticString("\r\nConnection: keep-alive")
        }
        output.writeStaticString("\r\n")
    }

    /// The lines of a whole answer.
    @inline(__always)
    func writeWhole(bodyLength: Int, into output: inout ByteBuffer) {
        self.writeLines(into: &output)
        output.writeStaticString("Content-Length: ")
        output.writeDecimal(bodyLength)
        output.writeStaticString("\r\n\r\n")
    }
}

extension ByteBuffer {
    /// Writes a number that is not negative, without making a string.
    @inline(__always)
    mutating func writeDecimal(_ number: Int) {
        var digits = InlineArray<20, UInt8>(repeating: 0)
        var position = 20
        var rest = number
        repeat {
            position &-= 1
            digits[position] = 0x30 &+ UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
        // Digits are plain bytes.
        unsafe self.writeBytes(digits.span.extracting(position..<20).bytes)
    }
}
