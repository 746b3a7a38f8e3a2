/// A run of bytes inside a request head, counted from the head's first byte.
package struct ByteRange: Equatable, Sendable {
    package var offset: Int32
    package var length: Int32

    @inline(__always)
    package init(offset: Int, length: Int) {
        self.offset = Int32(truncatingIfNeeded: offset)
        self.length = Int32(truncatingIfNeeded: length)
    }

    /// A run of no bytes, which stands for a field that the request does not have.
    @inline(__always)
    package static var none: ByteRange { ByteRange(offset: 0, length: 0) }

    package var isEmpty: Bool { self.length == 0 }

    /// The positions of the bytes.
    @inline(__always)
    package var range: Range<Int> { Int(self.offset)..<(Int(self.offset) + Int(self.length)) }
}

/// The methods that the gateway itself tells apart (RFC 9110, section 9).
package enum RequestMethod: UInt8, Equatable, Sendable {
    case get
    case head
    case post
    case put
    case delete
    case options
    case patch
    /// A method that only a service can know.
    case other

    /// Whether a request with this method asks for no change (RFC 9110, section 9.2.1).
    package var isSafe: Bool { self == .get || self == .head || self == .options }
}

/// How long a request's body is (RFC 9112, section 6.3).
package enum BodyFraming: Equatable, Sendable {
    case none
    /// A body of a known number of bytes, at least one.
    case length(Int)
    case chunked
}

/// A request's line and headers as places in the bytes that were received.
///
/// No field is copied and no object is made: what the gateway looks at is noted while the bytes are checked, and
/// the pass-through reads the rest again with ``HeaderFields``.
package struct RequestHead: Equatable, Sendable {
    /// All bytes of the head, with the empty line at its end.
    package var length = 0
    package var method = RequestMethod.get
    package var methodName = ByteRange.none
    /// The path of the target as it was sent; it begins with `/`.
    package var path = ByteRange.none
    /// The query without its `?`; empty when there is none.
    package var query = ByteRange.none
    /// The authority: of an absolute target, or of `Host` (RFC 9112, section 3.2).
    package var host = ByteRange.none
    /// Where the first header line begins.
    package var fieldsOffset = 0
    package var isHTTP10 = false
    package var keepsAlive = true
    package var body = BodyFraming.none
    package var expectsContinue = false
    /// Whether the path may have another spelling: it holds `%`, `\`, `;`, `//` or `/.`.
    package var pathNeedsNormalising = false
    package var cookie = ByteRange.none
    package var accept = ByteRange.none
    package var acceptLanguage = ByteRange.none
    package var acceptEncoding = ByteRange.none
    package var availableDictionary = ByteRange.none
    package var ifNoneMatch = ByteRange.none
    package var origin = ByteRange.none
    package var fetchSite = ByteRange.none
    package var contentType = ByteRange.none
    package var csrfToken = ByteRange.none

    package init() {}
}

/// How much of a request head is read before it is refused; the names are those of `limits:` in gateway.yaml.
package struct RequestLimits: Equatable, Sendable {
    /// Bytes of the request line.
    package var requestLine: Int
    /// Bytes of the whole head.
    package var headerBytes: Int
    /// Header lines.
    package var headerCount: Int

    package init(requestLine: Int = 8 * 1024, headerBytes: Int = 32 * 1024, headerCount: Int = 100) {
        self.requestLine = requestLine
        self.headerBytes = headerBytes
        self.headerCount = headerCount
    }
}

/// Why bytes are not a request that the gateway reads, and what it answers before it closes the connection.
package enum RequestRefusal: Error, Equatable, Sendable {
    /// The bytes break the grammar of RFC 9112, or could be read in two ways.
    case malformed(StaticReason)
    /// The request line is longer than `limits.request-line`.
    case targetTooLong
    /// The head is larger than `limits.header-bytes` or has more lines than `limits.header-count`.
    case headersTooLarge
    /// The body is coded in a way that the gateway does not read.
    case unknownTransferCoding
    /// The method asks for a tunnel, which the gateway never opens.
    case connectRefused
    /// `OPTIONS *` asks about the server as a whole (RFC 9110, section 9.3.7), of which there is nothing to say: each
    /// path's options are those of the service that it goes to.
    case serverWideOptions
    /// The version is neither HTTP/1.1 nor HTTP/1.0.
    case versionNotSupported

    /// Which rule a malformed head breaks.
    package enum StaticReason: String, Equatable, Sendable {
        case method = "the method is not a token"
        case target = "the request target is not a path or an http address"
        case requestLine = "the request line does not end in HTTP/1.1 and CRLF"
        case lineEnd = "a line ends in something else than CRLF"
        case fieldName = "a header name is empty or holds a byte that no name may"
        case fieldValue = "a header value holds a control character"
        case foldedLine = "a header line begins with white space"
        case missingHost = "an HTTP/1.1 request needs one Host"
        case repeatedHost = "Host stands there twice"
        case host = "Host is not a host name with an optional port"
        case contentLength = "Content-Length is not one decimal number"
        case twoLengths = "Content-Length and Transfer-Encoding stand there together"
    }

    package var status: Int {
        switch self {
        case .malformed: 400
        case .targetTooLong: 414
        case .headersTooLarge: 431
        case .unknownTransferCoding, .connectRefused, .serverWideOptions: 501
        case .versionNotSupported: 505
        }
    }

    package var explanation: String {
        switch self {
        case .malformed(let reason): reason.rawValue
        case .targetTooLong: "the request line is too long"
        case .headersTooLarge: "the headers are too large"
        case .unknownTransferCoding: "the only transfer coding that is read is chunked"
        case .connectRefused: "CONNECT is not served here"
        case .serverWideOptions: "OPTIONS is served for paths only"
        case .versionNotSupported: "the versions that are read are HTTP/1.1 and HTTP/1.0"
        }
    }
}
