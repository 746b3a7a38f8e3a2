import CCurl

/// A transfer under way, on the driver's thread only: what libcurl's callbacks work on.
final class ActiveTransfer {
    let transfer: Transfer
    let handle: EasyHandle
    let started: ContinuousClock.Instant
    private(set) var isReceivingHeld = false
    private(set) var isSendingHeld = false
    private(set) var lastMovement: ContinuousClock.Instant

    private var headReader: ResponseHeadReader
    private var head: TransferHead?
    private var failure: TransferError?
    private var requestCount = 0
    private var receivedBytes = 0
    private var sentBytes = 0

    init(
        _ transfer: Transfer,
        handle: EasyHandle,
        limits: ResponseHeadReader.Limits,
        now: ContinuousClock.Instant
    ) {
        self.transfer = transfer
        self.handle = handle
        headReader = ResponseHeadReader(limits: limits)
        started = now
        lastMovement = now
    }

    private var request: TransferRequest { transfer.request }

    private var progress: TransferError.Progress {
        if headReader.hasBegun { return .answered }
        return requestCount > 0 ? .requested : .unconnected
    }

    /// The moment at which the transfer has stood still for too long; nil when it may, or when it is held by its receiver.
    var idleDeadline: ContinuousClock.Instant? {
        guard let timeout = request.idleTimeout, !isReceivingHeld, !isSendingHeld else { return nil }
        return lastMovement + timeout
    }

    /// Lets libcurl go on in a direction that the receiver held.
    func resume(receiving: Bool, sending: Bool) {
        guard (receiving && isReceivingHeld) || (sending && isSendingHeld) else { return }
        if receiving { isReceivingHeld = false }
        if sending { isSendingHeld = false }
        noteMovement()
        var mask: Int32 = CURLPAUSE_CONT
        if isReceivingHeld { mask |= CURLPAUSE_RECV }
        if isSendingHeld { mask |= CURLPAUSE_SEND }
        let code = curl_easy_pause(handle.pointer, mask)
        // A write error here repeats the failure that the callback has kept.
        if code != CURLE_OK, failure == nil {
            failure = TransferError(.reset, handle.message(for: code), progress: progress)
        }
    }

    /// The failure that a callback found; the transfer ends with it.
    var hasFailed: Bool { failure != nil }

    /// Tells the receiver the end, by libcurl's result.
    func finish(_ code: CURLcode) {
        transfer.receiver.transferFinished(result(code))
    }

    /// Tells the receiver that the transfer was ended from this side.
    func finish(_ code: TransferError.Code, _ message: String) {
        transfer.receiver.transferFinished(.failure(failure ?? TransferError(code, message, progress: progress)))
    }

    private func result(_ code: CURLcode) -> Result<TransferSummary, TransferError> {
        if let failure { return .failure(failure) }
        guard code == CURLE_OK || isAnswerWhole else {
            return .failure(
                TransferError(
                    code,
                    handle.message(for: code),
                    progress: progress,
                    isOnKeptConnection: handle.reusedConnection
                )
            )
        }
        guard head != nil else {
            return .failure(TransferError(.protocolError, "the answer has no head", progress: progress))
        }
        return .success(
            TransferSummary(
                receivedBytes: receivedBytes,
                sentBytes: sentBytes,
                elapsed: .now - started,
                reusedConnection: handle.reusedConnection
            )
        )
    }

    /// A peer may answer and close without reading the rest of the request: that is an answer all the same.
    private var isAnswerWhole: Bool {
        guard let length = head?.contentLength, request.method != "HEAD" else { return false }
        return length == receivedBytes
    }

    private func noteMovement() {
        if request.idleTimeout != nil { lastMovement = .now }
    }

    // MARK: libcurl's callbacks

    /// A request line is about to be written.
    ///
    /// False ends the transfer.
    func beginRequest() -> Bool {
        requestCount += 1
        guard requestCount == 1 else {
            // libcurl itself repeats a request whose kept-alive connection broke, whatever the method: whether to repeat is the caller's to say.
            failure = TransferError(
                .reset,
                "the kept-alive connection broke before an answer",
                progress: .requested,
                brokeKeptConnection: true
            )
            return false
        }
        noteMovement()
        return true
    }

    /// Takes a header line; false ends the transfer.
    func receive(headerLine line: UnsafeRawBufferPointer) -> Bool {
        noteMovement()
        do throws(TransferError) {
            guard case .complete(let head) = try headReader.read(line) else { return true }
            let hasBody = request.method != "HEAD" && head.status != 204 && head.status != 304
            if hasBody, let length = head.contentLength, length > request.maximumBodyBytes { throw tooLarge }
            self.head = head
            transfer.receiver.transferReceived(head: head)
            // libcurl stops sending at such an answer, but a pause that is left standing keeps the transfer from ending.
            if head.status >= 300 { resume(receiving: false, sending: true) }
            return true
        } catch {
            failure = error
            return false
        }
    }

    /// Takes a piece of the body: the number of bytes taken, or libcurl's sign for a pause; 0 ends the transfer.
    func receive(body: UnsafeRawBufferPointer) -> Int {
        guard !body.isEmpty else { return 0 }
        noteMovement()
        guard head != nil else {
            failure = TransferError(.protocolError, "the answer has no head", progress: .answered)
            return 0
        }
        guard body.count <= request.maximumBodyBytes - receivedBytes else {
            failure = tooLarge
            return 0
        }
        switch transfer.receiver.transferReceived(body: body.bytes) {
        case .taken:
            receivedBytes += body.count
            return body.count
        case .notNow:
            isReceivingHeld = true
            return gateway_curl_pause_write()
        }
    }

    /// Fills `space` with the request's body: the number of bytes, 0 at its end, or libcurl's signs.
    func supplyBody(_ space: UnsafeMutableRawBufferPointer) -> Int {
        noteMovement()
        switch request.body {
        case .none:
            return 0
        case .bytes(let bytes):
            let count = min(space.count, bytes.count - sentBytes)
            space.copyBytes(from: bytes[sentBytes..<(sentBytes + count)])
            sentBytes += count
            return count
        case .streamed(let length):
            return supplyStream(space, length: length)
        }
    }

    private func supplyStream(_ space: UnsafeMutableRawBufferPointer, length: Int64?) -> Int {
        if let length, sentBytes == length { return 0 }
        var count = 0
        let step = transfer.receiver.transferWantsUpload(limit: space.count) { bytes in
            precondition(count == 0 && bytes.byteCount <= space.count, "more was supplied than was asked for")
            bytes.withUnsafeBytes { space.copyMemory(from: $0) }
            count = bytes.byteCount
        }
        sentBytes += count
        if let length, sentBytes > length { return abortUpload("the request's body is longer than was said") }
        switch step {
        case .supplied where count > 0:
            return count
        case .supplied, .notNow:
            isSendingHeld = true
            return gateway_curl_pause_read()
        case .finished:
            if length != nil { return abortUpload("the request's body is shorter than was said") }
            return 0
        }
    }

    private func abortUpload(_ message: String) -> Int {
        failure = TransferError(.invalidRequest, message, progress: progress)
        return gateway_curl_abort_read()
    }

    private var tooLarge: TransferError {
        TransferError(.tooLarge, "the body is over \(request.maximumBodyBytes) bytes", progress: .answered)
    }
}

extension TransferError {
    /// Names libcurl's result.
    init(_ code: CURLcode, _ message: String, progress: Progress, isOnKeptConnection: Bool) {
        let kind: Code =
            switch code {
            case CURLE_OPERATION_TIMEDOUT:
                .timeout
            case CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_SEND_FAIL_REWIND:
                .reset
            case CURLE_URL_MALFORMAT:
                .invalidRequest
            default:
                // Whatever ends a transfer before its request is a failure to connect: names, routes, refusals, TLS.
                progress == .unconnected ? .connect : .protocolError
            }
        self.init(
            kind,
            message,
            progress: progress,
            brokeKeptConnection: isOnKeptConnection && kind == .reset && progress == .requested
        )
    }
}

// The context of each callback is the `ActiveTransfer`, which the driver's thread keeps alive while its handle is in the multi handle.

let curlReceivedHeader: gateway_curl_data_callback = { bytes, size, count, context in
    guard let active = activeTransfer(context) else { return 0 }
    return active.receive(headerLine: UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
}

let curlReceivedBody: gateway_curl_data_callback = { bytes, size, count, context in
    guard let active = activeTransfer(context) else { return 0 }
    return active.receive(body: UnsafeRawBufferPointer(start: bytes, count: size * count))
}

let curlWantsBody: gateway_curl_data_callback = { bytes, size, count, context in
    guard let active = activeTransfer(context) else { return gateway_curl_abort_read() }
    return active.supplyBody(UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
}

let curlBeginsRequest: gateway_curl_prereq_callback = { context, _, _, _, _ in
    guard let active = activeTransfer(context) else { return CURL_PREREQFUNC_ABORT }
    return active.beginRequest() ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
}

private func activeTransfer(_ context: UnsafeMutableRawPointer?) -> ActiveTransfer? {
    context.map { Unmanaged<ActiveTransfer>.fromOpaque($0).takeUnretainedValue() }
}
