/// Asks again and again until the answer is yes; an error when it is not in time.
func waitUntil(within patience: Duration = .seconds(10), _ condition: () async throws -> Bool) async throws {
    let start = ContinuousClock.now
    while try await !condition() {
        guard ContinuousClock.now - start < patience else {
            throw EndToEndError("what was waited for did not happen within \(patience)")
        }
        try await Task.sleep(for: .milliseconds(10))
    }
}
