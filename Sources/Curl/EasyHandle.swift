import CCurl

/// One of libcurl's easy handles, reused for many transfers, on the driver's thread only.
///
/// Most transfers are `GET` requests to few origins: what the last one of them set stands, and the next sets what differs.
final class EasyHandle {
    /// What the handle is set to for `GET`, beyond what all transfers have in common.
    private struct Standing {
        var origin = ""
        var unixSocketPath: String?
        var usesFreshConnection = false
        var usesHTTP2: Bool?
        var connectTimeout: Duration?
    }

    let pointer: UnsafeMutableRawPointer
    private let errorText: UnsafeMutablePointer<CChar>
    /// Nil when the next transfer has to set everything.
    private var standing: Standing?
    /// libcurl reads the list of these until it is given another.
    private var headers = TransferHeaders.none
    /// The field of this transfer alone, in front of the list that it shares; freed with the next.
    private var ownHeader: UnsafeMutablePointer<curl_slist>?

    /// Nil when memory is short.
    init?() {
        guard let pointer = curl_easy_init() else { return nil }
        self.pointer = pointer
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        curl_easy_cleanup(pointer)
        freeOwnHeader()
        errorText.deallocate()
    }

    /// Sets what one transfer needs; `context` is what the callbacks get.
    ///
    /// Throws `invalidRequest` for what cannot be sent, `timeout` when the deadline has passed.
    func prepare(
        _ request: TransferRequest,
        settings: CurlDriverSettings,
        context: UnsafeMutableRawPointer,
        now: ContinuousClock.Instant
    ) throws(TransferError) {
        let known = request.isPlainGet ? standing : nil
        // Nothing is known of a handle that could not be prepared to the end.
        standing = nil
        if known == nil {
            curl_easy_reset(pointer)
            try prepareSafety(settings)
            try prepareCallbacks()
            try prepareBody(request)
        }
        var next = known ?? Standing()
        errorText.pointee = 0
        try prepareTarget(request, &next)
        try prepareTimes(request, &next, now: now)
        try prepareHeaders(request, now: now)
        try prepareContext(context)
        if request.isPlainGet { standing = next }
    }

    /// libcurl's words for what went wrong.
    func message(for code: CURLcode) -> String {
        errorText.pointee != 0 ? String(cString: errorText) : String(cString: curl_easy_strerror(code))
    }

    /// True when the last transfer opened no connection.
    var reusedConnection: Bool {
        var count = 0
        return gateway_curl_get_long(pointer, CURLINFO_NUM_CONNECTS, &count) == CURLE_OK && count == 0
    }

    private func prepareSafety(_ settings: CurlDriverSettings) throws(TransferError) {
        try set(CURLOPT_ERRORBUFFER, errorText)
        try set(CURLOPT_NOSIGNAL, 1)
        try set(CURLOPT_PROTOCOLS_STR, "http,https")
        try set(CURLOPT_FOLLOWLOCATION, 0)
        // An empty text, other than none, also overrides the environment's proxies.
        try set(CURLOPT_PROXY, "")
        try set(CURLOPT_NETRC, Int(CURL_NETRC_IGNORED.rawValue))
        try set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
        try set(CURLOPT_HTTP09_ALLOWED, 0)
        try set(CURLOPT_HTTP_CONTENT_DECODING, 0)
        try set(CURLOPT_SSL_VERIFYPEER, 1)
        try set(CURLOPT_SSL_VERIFYHOST, 2)
        try set(CURLOPT_TCP_NODELAY, 1)
        try set(CURLOPT_MAXAGE_CONN, settings.keptConnectionAge)
        // The target goes on the wire as it is: libcurl's URL parser never sees it.
        try set(CURLOPT_PATH_AS_IS, 1)
        if let file = settings.certificateAuthorities { try set(CURLOPT_CAINFO, file) }
    }

    private func prepareTarget(_ request: TransferRequest, _ standing: inout Standing) throws(TransferError) {
        guard HeaderSyntax.isTarget(request.target) else { throw invalid("the request target is not a path") }
        try set(CURLOPT_REQUEST_TARGET, request.target)
        if standing.origin != request.origin {
            guard request.origin.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
                throw invalid("the origin is not valid")
            }
            try set(CURLOPT_URL, request.origin + "/")
            standing.origin = request.origin
        }
        if standing.unixSocketPath != request.unixSocketPath {
            try check(gateway_curl_set_string(pointer, CURLOPT_UNIX_SOCKET_PATH, request.unixSocketPath))
            standing.unixSocketPath = request.unixSocketPath
        }
        if standing.usesFreshConnection != request.usesFreshConnection {
            try set(CURLOPT_FRESH_CONNECT, request.usesFreshConnection ? 1 : 0)
            standing.usesFreshConnection = request.usesFreshConnection
        }
        if standing.usesHTTP2 != request.usesHTTP2 {
            let version = request.usesHTTP2 ? CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE : CURL_HTTP_VERSION_1_1
            try set(CURLOPT_HTTP_VERSION, version)
            standing.usesHTTP2 = request.usesHTTP2
        }
    }

    private func prepareTimes(
        _ request: TransferRequest,
        _ standing: inout Standing,
        now: ContinuousClock.Instant
    ) throws(TransferError) {
        var timeLeft = 0
        if let deadline = request.deadline {
            guard deadline > now else { throw TransferError(.timeout, "the deadline has passed") }
            timeLeft = milliseconds(deadline - now)
        }
        try set(CURLOPT_TIMEOUT_MS, timeLeft)
        if standing.connectTimeout != request.connectTimeout {
            try set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds(request.connectTimeout))
            standing.connectTimeout = request.connectTimeout
        }
    }

    private func prepareBody(_ request: TransferRequest) throws(TransferError) {
        guard HeaderSyntax.isToken(request.method) else { throw invalid("the method is not a token") }
        var length: Int64?
        switch request.body {
        case .none:
            if request.method == "HEAD" {
                try set(CURLOPT_NOBODY, 1)
                return
            }
            guard ["POST", "PUT", "PATCH"].contains(request.method) else {
                try set(CURLOPT_HTTPGET, 1)
                try set(CURLOPT_CUSTOMREQUEST, request.method)
                return
            }
            length = 0
        case .bytes(let bytes):
            length = Int64(bytes.count)
        case .streamed(let known):
            length = known
        }
        guard request.method != "HEAD" else { throw invalid("HEAD has no body") }
        try set(CURLOPT_UPLOAD, 1)
        try set(CURLOPT_CUSTOMREQUEST, request.method)
        try check(gateway_curl_set_offset(pointer, CURLOPT_INFILESIZE_LARGE, curl_off_t(length ?? -1)))
    }

    private func prepareHeaders(
        _ request: TransferRequest,
        now: ContinuousClock.Instant
    ) throws(TransferError) {
        let shared = try request.headers.list.get()
        var own: UnsafeMutablePointer<curl_slist>?
        if let field = request.remainingTime {
            own = curl_slist_append(nil, "\(field.name): \(field.milliseconds(at: now))")
            guard own != nil else { throw invalid("memory is short") }
            own?.pointee.next = shared
        }
        let code = gateway_curl_set_headers(pointer, own ?? shared)
        freeOwnHeader()
        (headers, ownHeader) = (request.headers, own)
        try check(code)
    }

    private func freeOwnHeader() {
        // What follows it is shared.
        ownHeader?.pointee.next = nil
        curl_slist_free_all(ownHeader)
        ownHeader = nil
    }

    private func prepareCallbacks() throws(TransferError) {
        try check(gateway_curl_set_data_callback(pointer, CURLOPT_HEADERFUNCTION, curlReceivedHeader))
        try check(gateway_curl_set_data_callback(pointer, CURLOPT_WRITEFUNCTION, curlReceivedBody))
        try check(gateway_curl_set_data_callback(pointer, CURLOPT_READFUNCTION, curlWantsBody))
        try check(gateway_curl_set_prereq_callback(pointer, curlBeginsRequest))
    }

    private func prepareContext(_ context: UnsafeMutableRawPointer) throws(TransferError) {
        try set(CURLOPT_PRIVATE, context)
        try set(CURLOPT_HEADERDATA, context)
        try set(CURLOPT_WRITEDATA, context)
        try set(CURLOPT_READDATA, context)
        try set(CURLOPT_PREREQDATA, context)
    }

    private func milliseconds(_ duration: Duration) -> Int {
        // At least 1: 0 would mean no limit.
        let (seconds, attoseconds) = duration.components
        return max(1, Int(clamping: min(seconds, 1_000_000) * 1000 + attoseconds / 1_000_000_000_000_000))
    }

    private func set(_ option: CURLoption, _ value: Int) throws(TransferError) {
        try check(gateway_curl_set_long(pointer, option, value))
    }

    private func set(_ option: CURLoption, _ value: String) throws(TransferError) {
        try check(gateway_curl_set_string(pointer, option, value))
    }

    private func set(_ option: CURLoption, _ value: UnsafeMutableRawPointer) throws(TransferError) {
        try check(gateway_curl_set_pointer(pointer, option, value))
    }

    private func check(_ code: CURLcode) throws(TransferError) {
        guard code == CURLE_OK else { throw invalid(String(cString: curl_easy_strerror(code))) }
    }

    private func invalid(_ message: String) -> TransferError {
        TransferError(.invalidRequest, message)
    }
}

extension TransferRequest {
    /// Whether it is what most requests are, and its handle can be used for the next of them as it stands.
    fileprivate var isPlainGet: Bool {
        guard case .none = body else { return false }
        return method == "GET"
    }
}
