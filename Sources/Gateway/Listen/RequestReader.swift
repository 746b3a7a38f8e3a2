/// Reads the head of an HTTP/1 request out of received bytes, without copying any (RFC 9112).
///
/// It is as strict as a gateway has to be: whatever two readers could understand in two ways is refused, so that the
/// gateway and a service behind it never disagree about where a request ends.
package struct RequestReader: Sendable {
    package let limits: RequestLimits

    package init(limits: RequestLimits) {
        self.limits = limits
    }

    /// Reads one head from the first byte on.
    ///
    /// - Returns: the head, or nil when its end has not been received yet.
    /// - Throws: ``RequestRefusal`` as soon as the bytes cannot become a request.
    @inline(__always)
    package func read(_ bytes: Span<UInt8>) throws(RequestRefusal) -> RequestHead? {
        var head = RequestHead()
        var cursor = 0
        let count = bytes.count
        // One empty line before a request is ignored (RFC 9112, section 2.2).
        if count >= 2, bytes[0] == .carriageReturn, bytes[1] == .lineFeed { cursor = 2 }
        let start = cursor
        guard let lineEnd = try self.endOfLine(bytes, from: cursor) else {
            if count - start > self.limits.requestLine { throw .targetTooLong }
            return nil
        }
        if lineEnd - start > self.limits.requestLine { throw .targetTooLong }
        let hostOfTarget = try self.readRequestLine(bytes, from: start, to: lineEnd, into: &head)
        cursor = lineEnd + 2
        head.fieldsOffset = cursor

        var fields = FramingFields()
        var lines = 0
        while true {
            guard cursor < count else { return try self.incomplete(count) }
            if bytes[cursor] == .carriageReturn {
                guard cursor + 1 < count else { return try self.incomplete(count) }
                guard bytes[cursor + 1] == .lineFeed else { throw .malformed(.lineEnd) }
                cursor += 2
                break
            }
            lines &+= 1
            if lines > self.limits.headerCount { throw .headersTooLarge }
            guard let next = try self.readField(bytes, from: cursor, into: &head, &fields) else {
                return try self.incomplete(count)
            }
            cursor = next
        }
        if cursor > self.limits.headerBytes { throw .headersTooLarge }
        head.length = cursor
        try self.conclude(bytes, &head, fields, hostOfTarget: hostOfTarget)
        return head
    }

    private func incomplete(_ count: Int) throws(RequestRefusal) -> RequestHead? {
        if count > self.limits.headerBytes { throw .headersTooLarge }
        return nil
    }

    /// The position of the CR that ends the line, or nil when the line goes on.
    @inline(__always)
    private func endOfLine(_ bytes: Span<UInt8>, from start: Int) throws(RequestRefusal) -> Int? {
        guard let control = bytes.firstControl(from: start) else { return nil }
        guard bytes[control] == .carriageReturn else { throw .malformed(.lineEnd) }
        guard control + 1 < bytes.count else { return nil }
        guard bytes[control + 1] == .lineFeed else { throw .malformed(.lineEnd) }
        return control
    }

    // MARK: The request line

    /// Reads `METHOD SP target SP version`; gives back whether the target itself named the host.
    @inline(__always)
    private func readRequestLine(
        _ bytes: Span<UInt8>,
        from start: Int,
        to end: Int,
        into head: inout RequestHead
    ) throws(RequestRefusal) -> Bool {
        var cursor = start
        while cursor < end, TokenTable.isToken(bytes[cursor]) { cursor &+= 1 }
        guard cursor > start, cursor < end, bytes[cursor] == .space else { throw .malformed(.method) }
        head.methodName = ByteRange(offset: start, length: cursor - start)
        head.method = Self.method(bytes, start, cursor)
        if head.method == .other, bytes.matches("CONNECT", at: head.methodName) { throw .connectRefused }

        let versionStart = end - 9
        guard versionStart > cursor, bytes[versionStart] == .space else { throw .malformed(.requestLine) }
        guard bytes.matches("HTTP/", at: ByteRange(offset: versionStart + 1, length: 5)),
            bytes[versionStart + 7] == 0x2e
        else { throw .malformed(.requestLine) }
        let (major, minor) = (bytes[versionStart + 6], bytes[versionStart + 8])
        guard major.isDigit, minor.isDigit else { throw .malformed(.requestLine) }
        guard major == 0x31, minor == 0x31 || minor == 0x30 else { throw .versionNotSupported }
        head.isHTTP10 = minor == 0x30
        head.keepsAlive = !head.isHTTP10
        return try self.readTarget(bytes, from: cursor + 1, to: versionStart, into: &head)
    }

    private static func method(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> RequestMethod {
        let range = ByteRange(offset: start, length: end - start)
        switch end - start {
        case 3: return bytes.matches("GET", at: range) ? .get : bytes.matches("PUT", at: range) ? .put : .other
        case 4: return bytes.matches("HEAD", at: range) ? .head : bytes.matches("POST", at: range) ? .post : .other
        case 5: return bytes.matches("PATCH", at: range) ? .patch : .other
        case 6: return bytes.matches("DELETE", at: range) ? .delete : .other
        case 7: return bytes.matches("OPTIONS", at: range) ? .options : .other
        default: return .other
        }
    }

    /// Reads an origin-form or absolute-form target (RFC 9112, section 3.2).
    @inline(__always)
    private func readTarget(
        _ bytes: Span<UInt8>,
        from start: Int,
        to end: Int,
        into head: inout RequestHead
    ) throws(RequestRefusal) -> Bool {
        guard start < end else { throw .malformed(.target) }
        var pathStart = start
        var namesHost = false
        if bytes[start] != .slash {
            pathStart = try self.readAuthority(bytes, from: start, to: end, into: &head)
            namesHost = true
        }
        var cursor = pathStart
        var previous: UInt8 = 0
        var pathEnd = end
        while cursor < end {
            let byte = bytes[cursor]
            // Printable ASCII only; a fragment is never sent (RFC 9112, section 3.2.1).
            guard byte > 0x20, byte < 0x7f, byte != 0x23 else { throw .malformed(.target) }
            if byte == 0x3f {
                pathEnd = cursor
                break
            }
            if byte == 0x25 || byte == 0x5c || byte == 0x3b
                || (previous == .slash && (byte == .slash || byte == 0x2e))
            {
                head.pathNeedsNormalising = true
            }
            previous = byte
            cursor &+= 1
        }
        head.path = ByteRange(offset: pathStart, length: pathEnd - pathStart)
        // An address without a path means the root (RFC 9110, section 4.2.3): here a slash of "http://".
        if head.path.isEmpty { head.path = ByteRange(offset: start + 5, length: 1) }
        if pathEnd < end {
            cursor = pathEnd + 1
            while cursor < end {
                let byte = bytes[cursor]
                guard byte > 0x20, byte < 0x7f, byte != 0x23 else { throw .malformed(.target) }
                cursor &+= 1
            }
            head.query = ByteRange(offset: pathEnd + 1, length: end - pathEnd - 1)
        }
        return namesHost
    }

    /// Reads the authority of an absolute-form target; gives back where the path begins.
    private func readAuthority(
        _ bytes: Span<UInt8>,
        from start: Int,
        to end: Int,
        into head: inout RequestHead
    ) throws(RequestRefusal) -> Int {
        if head.method == .options, end - start == 1, bytes[start] == 0x2a { throw .serverWideOptions }
        guard end - start > 7, bytes.matchesIgnoringCase("http://", at: ByteRange(offset: start, length: 7)) else {
            throw .malformed(.target)
        }
        var cursor = start + 7
        while cursor < end, bytes[cursor] != .slash, bytes[cursor] != 0x3f { cursor &+= 1 }
        head.host = ByteRange(offset: start + 7, length: cursor - start - 7)
        // An address without a host is refused (RFC 9110, section 4.2.1).
        guard !head.host.isEmpty else { throw .malformed(.target) }
        return cursor
    }

    // MARK: Header lines

    /// What decides a message's end and its host, gathered until all lines have been seen.
    private struct FramingFields {
        var contentLength: Int?
        var isChunked = false
        var hostField = ByteRange.none
        var hasHost = false
        /// Whether `Connection: close` stands there, which no `keep-alive` takes back.
        var closes = false
    }

    /// Reads one header line; gives back where the next begins, or nil when the line's end has not been received.
    @inline(__always)
    private func readField(
        _ bytes: Span<UInt8>,
        from start: Int,
        into head: inout RequestHead,
        _ fields: inout FramingFields
    ) throws(RequestRefusal) -> Int? {
        let count = bytes.count
        var cursor = start
        while cursor < count, TokenTable.isToken(bytes[cursor]) { cursor &+= 1 }
        guard cursor < count else { return nil }
        guard cursor > start, bytes[cursor] == .colon else {
            throw .malformed(bytes[start] == .space || bytes[start] == .tab ? .foldedLine : .fieldName)
        }
        let name = ByteRange(offset: start, length: cursor - start)
        cursor &+= 1
        while cursor < count, bytes[cursor] == .space || bytes[cursor] == .tab { cursor &+= 1 }
        let valueStart = cursor
        // A value may hold tabs, and no other control character (RFC 9110, section 5.5).
        var lineEnd = valueStart
        while true {
            guard let control = bytes.firstControl(from: lineEnd) else { return nil }
            if bytes[control] == .tab {
                lineEnd = control + 1
                continue
            }
            guard bytes[control] == .carriageReturn else { throw .malformed(.fieldValue) }
            guard control + 1 < count else { return nil }
            guard bytes[control + 1] == .lineFeed else { throw .malformed(.fieldValue) }
            lineEnd = control
            break
        }
        var valueEnd = lineEnd
        while valueEnd > valueStart, bytes[valueEnd - 1] == .space || bytes[valueEnd - 1] == .tab { valueEnd &-= 1 }
        let value = ByteRange(offset: valueStart, length: valueEnd - valueStart)
        try self.note(bytes, name: name, value: value, in: &head, &fields)
        return lineEnd + 2
    }

    /// Keeps a field that the gateway looks at.
    @inline(__always)
    private func note(
        _ bytes: Span<UInt8>,
        name: ByteRange,
        value: ByteRange,
        in head: inout RequestHead,
        _ fields: inout FramingFields
    ) throws(RequestRefusal) {
        switch name.length {
        case 4 where bytes.matchesIgnoringCase("host", at: name):
            guard !fields.hasHost else { throw .malformed(.repeatedHost) }
            fields.hasHost = true
            fields.hostField = value
        case 6 where bytes.matchesIgnoringCase("cookie", at: name):
            // A second Cookie line is not a browser's (RFC 6265, section 5.4); the first one counts.
            if head.cookie.isEmpty { head.cookie = value }
        case 6 where bytes.matchesIgnoringCase("accept", at: name): head.accept = value
        case 6 where bytes.matchesIgnoringCase("origin", at: name): head.origin = value
        case 6 where bytes.matchesIgnoringCase("expect", at: name):
            head.expectsContinue = bytes.matchesIgnoringCase("100-continue", at: value)
        case 10 where bytes.matchesIgnoringCase("connection", at: name):
            self.noteConnection(bytes, value, in: &head, &fields)
        case 12 where bytes.matchesIgnoringCase("content-type", at: name): head.contentType = value
        case 12 where bytes.matchesIgnoringCase("x-csrf-token", at: name): head.csrfToken = value
        case 13 where bytes.matchesIgnoringCase("if-none-match", at: name): head.ifNoneMatch = value
        case 14 where bytes.matchesIgnoringCase("content-length", at: name):
            guard fields.contentLength == nil, let length = bytes.decimal(at: value) else {
                throw .malformed(.contentLength)
            }
            fields.contentLength = length
        case 14 where bytes.matchesIgnoringCase("sec-fetch-site", at: name): head.fetchSite = value
        case 15 where bytes.matchesIgnoringCase("accept-encoding", at: name): head.acceptEncoding = value
        case 15 where bytes.matchesIgnoringCase("accept-language", at: name): head.acceptLanguage = value
        case 17 where bytes.matchesIgnoringCase("transfer-encoding", at: name):
            guard !fields.isChunked, bytes.matchesIgnoringCase("chunked", at: value) else {
                throw .unknownTransferCoding
            }
            fields.isChunked = true
        case 20 where bytes.matchesIgnoringCase("available-dictionary", at: name): head.availableDictionary = value
        default: break
        }
    }

    /// Reads the options of `Connection` (RFC 9112, section 9.3).
    private func noteConnection(
        _ bytes: Span<UInt8>,
        _ value: ByteRange,
        in head: inout RequestHead,
        _ fields: inout FramingFields
    ) {
        var items = ListItems(of: value)
        while let item = items.next(in: bytes) {
            if bytes.matchesIgnoringCase("close", at: item) { fields.closes = true }
            if bytes.matchesIgnoringCase("keep-alive", at: item) { head.keepsAlive = true }
        }
    }

    /// Decides the host and the body once all lines are known (RFC 9112, sections 3.2 and 6.3).
    @inline(__always)
    private func conclude(
        _ bytes: Span<UInt8>,
        _ head: inout RequestHead,
        _ fields: FramingFields,
        hostOfTarget: Bool
    ) throws(RequestRefusal) {
        guard fields.hasHost || head.isHTTP10 else { throw .malformed(.missingHost) }
        for position in fields.hostField.range where !TokenTable.isHost(bytes[position]) { throw .malformed(.host) }
        if hostOfTarget {
            // The target's counts, and Host is only looked at (RFC 9112, section 3.2.2).
            for position in head.host.range where !TokenTable.isHost(bytes[position]) { throw .malformed(.host) }
        } else {
            head.host = fields.hostField
        }
        if fields.closes { head.keepsAlive = false }
        if fields.isChunked {
            // A length beside a coding is how requests are smuggled; HTTP/1.0 has no codings at all.
            guard fields.contentLength == nil else { throw .malformed(.twoLengths) }
            guard !head.isHTTP10 else { throw .unknownTransferCoding }
            head.body = .chunked
        } else if let length = fields.contentLength, length > 0 {
            head.body = .length(length)
        }
    }
}
