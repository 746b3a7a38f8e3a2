import CZstd

/// Why Zstandard did not compress, or could not read.
///
/// Two errors are equal when their codes are; the detail is for logs.
package struct ZstdError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        /// The level's window is larger than browsers accept, or there is no such level.
        case level
        /// The dictionary is a trained one, which has a format of its own, and not plain content; or it is empty.
        case dictionaryContent
        /// The result may need more space than there was (``ZstdCompressor/bound(of:)``).
        case noSpace
        /// What was to be read is no whole frame, or its content is larger than the space for it.
        case malformed
        /// The library found no memory.
        case outOfMemory
        /// The library failed at something that does not fail.
        case operationFailed
    }

    package let code: Code
    package let detail: String

    package init(code: Code, detail: String = "") {
        self.code = code
        self.detail = detail
    }

    package static func == (left: ZstdError, right: ZstdError) -> Bool { left.code == right.code }

    package func hash(into hasher: inout Hasher) { hasher.combine(self.code) }

    package var description: String { self.detail.isEmpty ? "\(self.code)" : "\(self.code) (\(self.detail))" }

    /// The error in a result of the library, if it is one.
    static func inResult(_ result: Int) -> ZstdError? {
        guard ZSTD_isError(result) != 0 else { return nil }
        return ZstdError(code: .operationFailed, detail: String(cString: ZSTD_getErrorName(result)))
    }
}
