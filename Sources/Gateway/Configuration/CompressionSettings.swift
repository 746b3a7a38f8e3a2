/// How answers are compressed (`compression:`).
package struct CompressionSettings: Sendable, Equatable {
    /// What becomes of pages that hold something personal (`personal:`).
    package enum Personal: String, Sendable, CaseIterable {
        /// What is shared is compressed once and joined with what is personal, which is compressed for each answer.
        case joined
        /// The page is compressed whole for each answer.
        case whole
    }

    /// The codings that are offered, the best first (`codings:`); none when compression is `off`.
    package let codings: [ContentCoding]
    /// The bytes that a page has at least to be compressed (`min-size:`).
    package let minimumSize: Int
    /// The effort for gzip, from 1 to 9 (`level:`).
    package let level: Int
    package let personal: Personal
    /// Bytes for what has been compressed and is remembered, over all event loops together (`memory:`).
    package let memory: Int

    package init(
        codings: [ContentCoding] = [.dictionaryZstd, .brotli, .gzip],
        minimumSize: Int = 1 << 10,
        level: Int = 6,
        personal: Personal = .joined,
        memory: Int = 32 << 20
    ) {
        self.codings = codings
        self.minimumSize = minimumSize
        self.level = level
        self.personal = personal
        self.memory = memory
    }

    /// No answer is compressed.
    package static let off = CompressionSettings(codings: [])
}
