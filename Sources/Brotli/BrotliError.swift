/// Why Brotli did not compress.
///
/// Two errors are equal when their codes are; the detail is for logs.
package struct BrotliError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        /// A quality or a window is out of its range.
        case invalidSettings
        /// The result may need more space than there was (``Brotli/bound(of:)``).
        case noSpace
        /// The library found no memory.
        case outOfMemory
    }

    package let code: Code
    package let detail: String

    package init(code: Code, detail: String = "") {
        self.code = code
        self.detail = detail
    }

    package static func == (left: BrotliError, right: BrotliError) -> Bool { left.code == right.code }

    package func hash(into hasher: inout Hasher) { hasher.combine(self.code) }

    package var description: String { self.detail.isEmpty ? "\(self.code)" : "\(self.code) (\(self.detail))" }
}
