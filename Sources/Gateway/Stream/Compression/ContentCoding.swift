/// How an answer's content is coded on its way (RFC 9110, section 8.4.1).
package enum ContentCoding: UInt8, CaseIterable, Hashable, Sendable, BitwiseCopyable {
    /// Not at all.
    case identity
    case gzip
    case brotli
    case zstd
    /// Zstandard with a dictionary that the client has from an earlier answer (RFC 9842, section 5).
    case dictionaryZstd

    /// Its name in `Content-Encoding`.
    package var token: StaticString {
        switch self {
        case .identity: "identity"
        case .gzip: "gzip"
        case .brotli: "br"
        case .zstd: "zstd"
        case .dictionaryZstd: "dcz"
        }
    }

    /// The line `Content-Encoding` of a head.
    var line: StaticString {
        switch self {
        case .identity: ""
        case .gzip: "Content-Encoding: gzip\r\n"
        case .brotli: "Content-Encoding: br\r\n"
        case .zstd: "Content-Encoding: zstd\r\n"
        case .dictionaryZstd: "Content-Encoding: dcz\r\n"
        }
    }
}
