/// Everything that is wrong with a manifest.
public struct ManifestError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One thing that is wrong, and where.
    public struct Problem: Hashable, Sendable, CustomStringConvertible {
        /// The place within the manifest, such as `fragments[0].params[1].default`; empty for the whole of it.
        public let path: String
        /// What is wrong, in words.
        public let message: String

        /// A problem at a place.
        public init(path: String, message: String) {
            self.path = path
            self.message = message
        }

        /// The place and the message.
        public var description: String { path.isEmpty ? message : "\(path): \(message)" }
    }

    /// The problems, in the order of the manifest; never empty.
    public let problems: [Problem]

    /// An error of problems.
    init(_ problems: [Problem]) { self.problems = problems }

    /// The problems, one a line.
    public var description: String { problems.map(\.description).joined(separator: "\n") }
}
