import TestSupport

extension RedisServer {
    /// The number of keys.
    func keyCount() async throws -> Int {
        let answer = try await command("DBSIZE")
        guard answer.first == ":", let count = Int(answer.dropFirst()) else {
            throw EndToEndError("DBSIZE answers '\(answer)'")
        }
        return count
    }

    /// The number of stored answers of services, and of what they vary by.
    func answerCount() async throws -> Int {
        let script = "return #redis.call('keys', '*answer:*')"
        let answer = try await command("EVAL \"\(script)\" 0")
        guard answer.first == ":", let count = Int(answer.dropFirst()) else {
            throw EndToEndError("EVAL answers '\(answer)'")
        }
        return count
    }

    /// Puts bytes that no gateway wrote in the place of every value.
    func poison() async throws {
        let script = "for _, key in ipairs(redis.call('keys', '*')) do redis.call('set', key, '\u{1}garbage') end"
        _ = try await command("EVAL \"\(script) return 1\" 0")
    }

    /// The first line that Redis answers to an inline command.
    private func command(_ text: String) async throws -> String {
        try await RawClient.connect(to: port) { connection in
            try await connection.send(text + "\r\n")
            return try await connection.line()
        }
    }
}
