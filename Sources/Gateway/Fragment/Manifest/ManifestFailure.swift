import FragmentProtocol

/// Why an upstream has no manifest that counts.
enum ManifestFailure: Error, Equatable, Sendable {
    /// There is no whole answer.
    case noAnswer(FetchFailure)
    /// The answer has another status than 200.
    case status(Int)
    /// What is answered breaks the protocol.
    case invalid(ManifestError)
    /// The manifest is another service's.
    case otherService(String, expected: String)

    /// What is wrong, one thing a text; never empty.
    var problems: [String] {
        switch self {
        case .noAnswer(let failure): ["there is no answer: \(failure)"]
        case .status(let status): ["the manifest is answered with status \(status)"]
        case .invalid(let error): error.problems.map { "the manifest is not valid: \($0)" }
        case .otherService(let name, let expected): ["this is the service '\(name)', not '\(expected)'"]
        }
    }

    /// The first of the problems, and how many more there are.
    func problems(atMost limit: Int) -> [String] {
        let problems = self.problems
        guard problems.count > limit else { return problems }
        return problems.prefix(limit) + ["and \(problems.count - limit) more"]
    }

    /// Whether it is the same trouble as another, so that who has been told of the other knows.
    ///
    /// That there is no answer is one trouble, whether the connection or the time was wanting.
    func isSame(as other: ManifestFailure) -> Bool {
        switch (self, other) {
        case (.noAnswer, .noAnswer): true
        default: self == other
        }
    }
}
