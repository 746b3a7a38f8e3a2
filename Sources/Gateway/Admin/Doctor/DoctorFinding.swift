/// Something about a deployment that its users would run into.
package struct DoctorFinding: Sendable, Equatable, CustomStringConvertible {
    /// What it is about: a key of gateway.yaml, a host or the provider.
    package let subject: String
    /// What is wrong, in one line.
    package let message: String
    /// What to do about it, in one line.
    package let remedy: String

    init(_ subject: String, _ message: String, mend remedy: String) {
        self.subject = subject
        self.message = message
        self.remedy = remedy
    }

    /// The subject and the message, and below them the remedy.
    package var description: String { "\(self.subject): \(self.message)\n    \(self.remedy)" }
}
