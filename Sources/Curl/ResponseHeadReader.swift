/// Puts the head of the final answer together from header lines, one line a call.
///
/// Informational answers (RFC 9110 section 15.2) are dropped, and everything after the head, which is trailers, is ignored.
package struct ResponseHeadReader {
    /// The bounds of one head.
    package struct Limits: Sendable {
        package var bytes = 65_536
        package var fields = 200

        package init() {}
    }

    /// What a line led to.
    package enum Step {
        /// Further lines belong to the head.
        case more
        /// The head is complete.
        case complete(TransferHead)
        /// The line came after the head: a trailer.
        case ignored
    }

    /// Valid: statusLine → fields → statusLine (after 1xx) or complete.
    ///
    /// Terminal: complete.
    private enum State {
        case statusLine
        case fields(status: Int)
        case complete
    }

    package let limits: Limits
    private var state = State.statusLine
    private var headers: [HeaderField] = []
    private var byteCount = 0

    /// True once a byte of an answer has arrived.
    package private(set) var hasBegun = false
    /// The digit behind `HTTP/1.`; nil for another version.
    package private(set) var minorVersion: UInt8?

    /// True once the head has been given out.
    var isComplete: Bool {
        if case .complete = state { true } else { false }
    }

    package init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Reads one line with its line end; the empty line ends the head.
    ///
    /// Throws `protocolError` for what is no head of an answer.
    package mutating func read(_ line: Span<UInt8>) throws(TransferError) -> Step {
        try line.withUnsafeBytes { bytes throws(TransferError) in try read(bytes) }
    }

    /// Reads one line with its line end; the empty line ends the head.
    mutating func read(_ line: UnsafeRawBufferPointer) throws(TransferError) -> Step {
        hasBegun = true
        if case .complete = state { return .ignored }
        byteCount += line.count
        guard byteCount <= limits.bytes else { throw failure("the head is over \(limits.bytes) bytes") }
        var content = line
        if content.last == UInt8(ascii: "\n") { content = UnsafeRawBufferPointer(rebasing: content.dropLast()) }
        if content.last == UInt8(ascii: "\r") { content = UnsafeRawBufferPointer(rebasing: content.dropLast()) }
        guard !content.contains(where: { $0 == 0 || $0 == 10 || $0 == 13 }) else {
            throw failure("a header line holds a control character")
        }
        switch state {
        case .statusLine:
            state = .fields(status: try status(of: content))
            return .more
        case .fields(let status):
            if content.isEmpty { return try end(status: status) }
            try readField(content)
            return .more
        case .complete:
            return .ignored
        }
    }

    private mutating func end(status: Int) throws(TransferError) -> Step {
        if status < 200 {
            // 101 would hand the connection over to another protocol, which nobody asked for.
            guard status != 101 else { throw failure("the answer switches protocols") }
            state = .statusLine
            headers = []
            return .more
        }
        let length = try contentLength()
        state = .complete
        return .complete(TransferHead(status: status, headers: headers, contentLength: length))
    }

    private mutating func status(of line: UnsafeRawBufferPointer) throws(TransferError) -> Int {
        // HTTP/1.1 SP 3DIGIT, then SP and a reason or nothing.
        let parts = line.split(separator: UInt8(ascii: " "), maxSplits: 2, omittingEmptySubsequences: false)
        guard
            parts.count >= 2, parts[0].starts(with: "HTTP/".utf8), parts[1].count == 3,
            let status = decimal(parts[1]), (100...599).contains(status)
        else { throw failure("the status line is not valid") }
        let version = parts[0].dropFirst("HTTP/1.".utf8.count)
        minorVersion =
            parts[0].starts(with: "HTTP/1.".utf8) && version.count == 1 ? version.first.flatMap(Self.digit) : nil
        return Int(status)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) ? byte - UInt8(ascii: "0") : nil
    }

    private mutating func readField(_ line: UnsafeRawBufferPointer) throws(TransferError) {
        if let first = line.first, isBlank(first) {
            // An obsolete line fold: a gateway makes it one space (RFC 9112 section 5.2).
            guard let last = headers.indices.last else { throw failure("the head begins with a folded line") }
            headers[last].value += " " + String(decoding: trimmed(line), as: UTF8.self)
            return
        }
        guard headers.count < limits.fields else { throw failure("the head has over \(limits.fields) fields") }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex else {
            throw failure("a header line has no name")
        }
        let name = UnsafeRawBufferPointer(rebasing: line[..<colon])
        guard name.allSatisfy(HeaderSyntax.isTokenByte) else { throw failure("a header name is not a token") }
        let value = trimmed(UnsafeRawBufferPointer(rebasing: line[(colon + 1)...]))
        headers.append((String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self)))
    }

    /// Settles the framing fields: nil without a valid promise of a length.
    private mutating func contentLength() throws(TransferError) -> Int64? {
        var length: Int64?
        var lengthCount = 0
        var isTransferEncoded = false
        for header in headers {
            if HeaderSyntax.isSame(header.name, "content-length") {
                guard let value = decimal(header.value.utf8) else { throw failure("Content-Length is not a number") }
                guard length == nil || length == value else { throw failure("Content-Length contradicts itself") }
                length = value
                lengthCount += 1
            } else if HeaderSyntax.isSame(header.name, "transfer-encoding") {
                isTransferEncoded = true
            }
        }
        // Of several that agree the first stays; none does where the encoding overrides them.
        if lengthCount > 1 || (isTransferEncoded && lengthCount > 0) {
            var keepsNext = !isTransferEncoded
            headers.removeAll { header in
                guard HeaderSyntax.isSame(header.name, "content-length") else { return false }
                defer { keepsNext = false }
                return !keepsNext
            }
        }
        return isTransferEncoded ? nil : length
    }

    private func decimal(_ digits: some Collection<UInt8>) -> Int64? {
        guard !digits.isEmpty, digits.count <= 18 else { return nil }
        var value: Int64 = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            value = value * 10 + Int64(digit - UInt8(ascii: "0"))
        }
        return value
    }

    private func trimmed(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        var (start, end) = (0, bytes.count)
        while start < end, isBlank(bytes[start]) { start += 1 }
        while end > start, isBlank(bytes[end - 1]) { end -= 1 }
        return UnsafeRawBufferPointer(rebasing: bytes[start..<end])
    }

    private func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }

    private func failure(_ message: String) -> TransferError {
        TransferError(.protocolError, message, progress: .answered)
    }
}
