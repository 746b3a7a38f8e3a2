import Dispatch

/// Compares passwords, one after the other, away from the event loops: each takes long on purpose, and 32 MB.
struct PasswordCheck: Sendable {
    private let queue = DispatchQueue(label: "passwords")

    /// Whether a password is the one of a hash; without a hash it is not, and takes as long.
    func matches(_ password: String, _ hash: PasswordHash?) async throws -> Bool {
        try await withCheckedThrowingContinuation { continuation in
            queue.async {
                continuation.resume(
                    with: Result {
                        let isMatch = try (hash ?? .nobody).matches(password)
                        return isMatch && hash != nil
                    }
                )
            }
        }
    }
}
