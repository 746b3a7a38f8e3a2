/// Everything because of which a folder of templates cannot be used.
package struct TemplateFolderError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One thing that is wrong.
    package struct Problem: Hashable, Sendable {
        /// The path within the folder; empty when the folder itself is meant.
        package let path: String
        /// What is wrong, in words that go on after the path.
        package let message: String
    }

    /// The folder as it was named.
    package let folder: String
    /// At least one problem, in the order of the paths.
    package let problems: [Problem]

    /// `Templates/blog/home.html: is not UTF-8; …`, one problem a line.
    package var description: String {
        problems.map { "\(place(of: $0)): \($0.message)" }.joined(separator: "\n")
    }

    /// The path of what is meant, the folder's own included.
    package func place(of problem: Problem) -> String {
        problem.path.isEmpty ? folder : folder.hasSuffix("/") ? folder + problem.path : "\(folder)/\(problem.path)"
    }
}
