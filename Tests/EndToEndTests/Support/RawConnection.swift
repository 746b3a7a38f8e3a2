import NIOCore

/// One open connection; answers are read in order, so that requests can be pipelined.
final class RawConnection {
    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var pending = ByteBuffer()
    private var lastSend = ContinuousClock.now

    init(inbound: NIOAsyncChannelInboundStream<ByteBuffer>, outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>) {
        self.inbound = inbound.makeAsyncIterator()
        self.outbound = outbound
    }

    /// Sends bytes as they are; the clock of the next answer starts here.
    func send(_ text: String) async throws {
        try await send(ByteBuffer(string: text))
    }

    func send(_ bytes: ByteBuffer) async throws {
        lastSend = .now
        try await outbound.write(bytes)
    }

    func send(_ request: RawRequest) async throws {
        try await send(request.text)
    }

    /// Reads one answer to its end.
    ///
    /// `method` is the request's, as an answer to `HEAD` has no body; `onBody` is called for each piece of the body as it
    /// comes, in place of keeping it.
    func response(
        to method: String = "GET",
        onBody: ((ByteBuffer) async throws -> Void)? = nil
    ) async throws -> RawResponse {
        var response = try await head()
        guard method != "HEAD", response.status >= 200, response.status != 204, response.status != 304 else {
            return response
        }
        if response["transfer-encoding"]?.lowercased() == "chunked" {
            while case let size = try await chunkSize(), size > 0 {
                try await body(size, of: &response, onBody)
                guard try await line().isEmpty else { throw RawClientError.malformed("a chunk is longer than it says") }
            }
            while try await !line().isEmpty {}  // trailers
        } else if let length = response["content-length"] {
            guard let count = Int(length), count >= 0 else { throw RawClientError.malformed("length \(length)") }
            try await body(count, of: &response, onBody)
        } else {
            repeat {
                try await take(pending.readableBytes, into: &response, onBody)
            } while try await fill()
            response.endedByClose = true
        }
        response.end = .now - lastSend
        return response
    }

    /// Whether the peer closes the connection without another byte.
    func isClosedByPeer() async throws -> Bool {
        guard pending.readableBytes == 0 else { return false }
        return try await !fill()
    }

    /// Reads only the head of an answer; its body stays unread on the connection.
    func head() async throws -> RawResponse {
        let start = lastSend
        let statusLine = try await line()
        let parts = statusLine.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, ["HTTP/1.0", "HTTP/1.1"].contains(parts[0]), let status = Int(parts[1]) else {
            throw RawClientError.malformed(statusLine)
        }
        var headers: [(name: String, value: String)] = []
        while case let line = try await line(), !line.isEmpty {
            guard let colon = line.firstIndex(of: ":") else { throw RawClientError.malformed(line) }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            headers.append((line[..<colon].lowercased(), String(value)))
        }
        if (100..<200).contains(status) { return try await head() }
        return RawResponse(status: status, headers: headers, headAt: .now - start)
    }

    private func chunkSize() async throws -> Int {
        let text = try await line()
        guard let size = Int(text.prefix { $0 != ";" }, radix: 16), size >= 0 else {
            throw RawClientError.malformed("chunk size '\(text)'")
        }
        return size
    }

    private func body(
        _ count: Int,
        of response: inout RawResponse,
        _ onBody: ((ByteBuffer) async throws -> Void)?
    ) async throws {
        var left = count
        while left > 0 {
            if pending.readableBytes == 0 { try await fillOrThrow(response) }
            let size = min(left, pending.readableBytes)
            try await take(size, into: &response, onBody)
            left -= size
        }
    }

    private func take(
        _ count: Int,
        into response: inout RawResponse,
        _ onBody: ((ByteBuffer) async throws -> Void)?
    ) async throws {
        guard count > 0, let piece = pending.readSlice(length: count) else { return }
        response.byteCount += count
        if let onBody {
            try await onBody(piece)
        } else {
            response.body.append(contentsOf: piece.readableBytesView)
            response.arrivals.append((at: .now - lastSend, bytes: response.body.count))
        }
    }

    /// Reads one line, without its end.
    func line() async throws -> String {
        while true {
            let view = pending.readableBytesView
            if let end = view.firstIndex(of: UInt8(ascii: "\n")) {
                let line = view[..<end]
                guard line.last == UInt8(ascii: "\r") else { throw RawClientError.malformed("a line ends without CR") }
                let text = String(decoding: line.dropLast(), as: UTF8.self)
                pending.moveReaderIndex(forwardBy: line.count + 1)
                return text
            }
            try await fillOrThrow(nil)
        }
    }

    private func fillOrThrow(_ response: RawResponse?) async throws {
        guard try await fill() else {
            let text = response?.text ?? String(buffer: pending)
            throw RawClientError.closed(afterBytes: response?.byteCount ?? pending.readableBytes, text: text)
        }
    }

    /// Takes in more bytes; false when the peer has closed or reset the connection.
    private func fill() async throws -> Bool {
        do {
            guard var more = try await inbound.next() else { return false }
            pending.discardReadBytes()
            pending.writeBuffer(&more)
            return true
        } catch is IOError {
            return false
        }
    }
}
