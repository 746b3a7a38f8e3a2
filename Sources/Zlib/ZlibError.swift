/// Why zlib did not compress.
///
/// Two errors are equal when their codes are; the detail is for logs.
package struct ZlibError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        /// A level, a window or a memory level is out of its range.
        case invalidSettings
        /// The library at run time is not compatible with the header at build time.
        case versionMismatch
        /// There is no memory for a stream.
        case outOfMemory
        /// A dictionary was given to a gzip stream, or in the middle of a block.
        case dictionaryNotAllowed
        /// The stream had been finished, or its memory has been overwritten.
        case streamState
    }

    package let code: Code
    package let detail: String

    package init(code: Code, detail: String = "") {
        self.code = code
        self.detail = detail
    }

    package static func == (left: ZlibError, right: ZlibError) -> Bool { left.code == right.code }

    package func hash(into hasher: inout Hasher) { hasher.combine(self.code) }

    package var description: String { self.detail.isEmpty ? "\(self.code)" : "\(self.code) (\(self.detail))" }
}
