/// Files with mistakes and what is said of them: a title, the file, a rule of dashes, the mistakes as they are printed.
enum ConfigurationErrorCases {
    /// One file.
    struct Case: CustomStringConvertible {
        let title: String
        let text: String
        let mistakes: String

        var description: String { title }
    }

    /// All files.
    static let all = [shapes, meanings, signOn, syntax].flatMap(cases)

    private static func cases(of text: String) -> [Case] {
        var cases: [Case] = []
        var title: Substring?
        var body: [Substring] = []
        func finish() {
            guard let title else { return }
            let parts = body.split(separator: "-----", maxSplits: 1, omittingEmptySubsequences: false)
            let lines = parts.map { $0.map { $0 + "\n" }.joined() }
            cases.append(Case(title: String(title), text: lines[0], mistakes: String(lines[1].dropLast())))
        }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            if line.hasPrefix("=== ") {
                finish()
                title = line.dropFirst(4)
                body = []
            } else {
                body.append(line)
            }
        }
        finish()
        return cases
    }
}
