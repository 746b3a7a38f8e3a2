import CCurl

/// One of libcurl's easy handles, reused for many transfers, on the driver's thread only.
final class EasyHandle {
    let pointer: UnsafeMutableRawPointer
    private let errorText: UnsafeMutablePointer<CChar>
    private var headerList: UnsafeMutablePointer<curl_slist>?

    /// Nil when memory is short.
    init?() {
        guard let pointer = curl_easy_init() else { return nil }
        self.pointer = pointer
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        curl_easy_cleanup(pointer)
        curl_slist_free_all(headerList)
        errorText.deallocate()
    }

    /// Sets everything for one transfer; `context` is what the callbacks get.
    ///
    /// Throws `invalidRequest` for what cannot be sent, `timeout` when the deadline has passed.
    func prepare(
        _ request: TransferRequest,
        settings: CurlDriverSettings,
        context: UnsafeMutableRawPointer,
        now: ContinuousClock.Instant
    ) throws(TransferError) {
        curl_easy_reset(pointer)
        errorText.pointee = 0
        try set(CURLOPT_ERRORBUFFER, errorText)
        try prepareSafety(settings)
        try prepareTarget(request)
        try prepareTimes(request, now: now)
        try prepareBody(request)
        try prepareHeaders(request)
        try prepareCallbacks(context)
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
        if let file = settings.certificateAuthorities { try set(CURLOPT_CAINFO, file) }
    }

    private func prepareTarget(_ request: TransferRequest) throws(TransferError) {
        guard HeaderSyntax.isToken(request.method) else { throw invalid("the method is not a token") }
        guard HeaderSyntax.isTarget(request.target) else { throw invalid("the request target is not a path") }
        guard request.origin.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw invalid("the origin is not valid")
        }
        try set(CURLOPT_URL, request.origin + "/")
        // The target goes on the wire as it is: libcurl's URL parser never sees it.
        try set(CURLOPT_PATH_AS_IS, 1)
        try set(CURLOPT_REQUEST_TARGET, request.target)
        if let path = request.unixSocketPath { try set(CURLOPT_UNIX_SOCKET_PATH, path) }
        try set(CURLOPT_FRESH_CONNECT, request.usesFreshConnection ? 1 : 0)
        let version = request.usesHTTP2 ? CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE : CURL_HTTP_VERSION_1_1
        try set(CURLOPT_HTTP_VERSION, version)
    }

    private func prepareTimes(_ request: TransferRequest, now: ContinuousClock.Instant) throws(TransferError) {
        if let deadline = request.deadline {
            guard deadline > now else { throw TransferError(.timeout, "the deadline has passed") }
            try set(CURLOPT_TIMEOUT_MS, milliseconds(deadline - now))
        }
        try set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds(request.connectTimeout))
    }

    private func prepareBody(_ request: TransferRequest) throws(TransferError) {
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

    private func prepareHeaders(_ request: TransferRequest) throws(TransferError) {
        curl_slist_free_all(headerList)
        headerList = nil
        // A bare name takes out what libcurl adds by itself.
        for name in ["Accept", "User-Agent", "Expect"] where !request.headers.contains(where: { isSame($0.name, name) })
        {
            try append("\(name):")
        }
        for header in request.headers {
            guard HeaderSyntax.isToken(header.name), HeaderSyntax.isFieldValue(header.value) else {
                throw invalid("a header field is not valid")
            }
            if HeaderSyntax.belongsToConnection(header.name) { continue }
            let isBlank = header.value.utf8.allSatisfy { $0 == 0x20 || $0 == 9 }
            try append(isBlank ? "\(header.name);" : "\(header.name): \(header.value)")
        }
        try check(gateway_curl_set_headers(pointer, headerList))
    }

    private func prepareCallbacks(_ context: UnsafeMutableRawPointer) throws(TransferError) {
        try set(CURLOPT_PRIVATE, context)
        try check(gateway_curl_set_data_callback(pointer, CURLOPT_HEADERFUNCTION, curlReceivedHeader))
        try set(CURLOPT_HEADERDATA, context)
        try check(gateway_curl_set_data_callback(pointer, CURLOPT_WRITEFUNCTION, curlReceivedBody))
        try set(CURLOPT_WRITEDATA, context)
        try check(gateway_curl_set_data_callback(pointer, CURLOPT_READFUNCTION, curlWantsBody))
        try set(CURLOPT_READDATA, context)
        try check(gateway_curl_set_prereq_callback(pointer, curlBeginsRequest))
        try set(CURLOPT_PREREQDATA, context)
    }

    private func append(_ line: String) throws(TransferError) {
        guard let list = curl_slist_append(headerList, line) else { throw invalid("memory is short") }
        headerList = list
    }

    private func isSame(_ left: String, _ right: String) -> Bool { left.lowercased() == right.lowercased() }

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
