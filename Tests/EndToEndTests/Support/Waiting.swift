/// Asks again and again until the answer is yes; an error when it is not within ten seconds.
func waitUntil(_ condition: () async throws -> Bool) async throws {
    let start = ContinuousClock.now
    while try await !condition() {
        guard ContinuousClock.now - start < .seconds(10) else {
            throw EndToEndError("what was waited for did not happen within ten seconds")
        }
        try await Task.sleep(for: .milliseconds(10))
    }
}
