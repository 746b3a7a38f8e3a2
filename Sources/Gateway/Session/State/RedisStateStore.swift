import Hiredis
package import NIOCore

/// The shared state in Redis: one server, the master that sentinels name, or one master of a cluster.
///
/// All keys share a hash tag, so that one server answers for all of them and each method is one step for everybody. What
/// a set's members are good for is counted by that server's clock, as is every other lifetime. Whatever is wrong with
/// Redis is a failure, and never a missing value.
package final class RedisStateStore: StateStore {
    /// What stands before every key; the braces keep them together in a cluster.
    static let prefix = "rose-ash:{state}:"

    private let timeout: Duration
    private let connection: StateConnection

    /// A store that connects when it is first asked.
    ///
    /// - Parameters:
    ///   - settings: where Redis is, and how it is signed in to.
    ///   - timeout: how long a connection, and then a command, may take.
    ///   - loop: where the connection lives.
    package init(settings: RedisTierSettings, timeout: Duration = .seconds(1), on loop: any EventLoop) {
        var settings = settings
        settings.connectTimeout = min(settings.connectTimeout, timeout)
        self.timeout = timeout
        self.connection = StateConnection(
            directory: RedisDirectory(settings: settings, loop: loop),
            key: Self.prefix
        )
    }

    /// Ends the connection; the next command makes another.
    package func close() { self.connection.drop(nil) }

    // MARK: Values

    package func values(of keys: [String]) async throws(StateStoreFailure) -> [[UInt8]?] {
        guard !keys.isEmpty else { return [] }
        let reply = try await self.call(["MGET"] + keys.map(Self.key), isRepeatable: true)
        guard let elements = reply.elements, elements.count == keys.count else { throw Self.unexpected("MGET") }
        return elements.map(\.value)
    }

    package func take(_ key: String) async throws(StateStoreFailure) -> [UInt8]? {
        try await self.call(["GETDEL", Self.key(key)]).value
    }

    package func create(
        _ key: String,
        _ value: [UInt8],
        lifetime: Duration
    ) async throws(StateStoreFailure) -> Bool {
        let command =
            [Array("SET".utf8), Array(Self.key(key).utf8), value] + Self.bytes(["NX", "PX", Self.text(lifetime)])
        return try await self.callTogether([command])[0] != .null
    }

    package func renew(
        _ key: String,
        holding value: [UInt8],
        lifetime: Duration
    ) async throws(StateStoreFailure) -> Bool {
        try await self.evaluate(StateScript.renewing, key, value, [Self.text(lifetime)]) == .integer(1)
    }

    package func delete(_ key: String, holding value: [UInt8]) async throws(StateStoreFailure) -> Bool {
        try await self.evaluate(StateScript.deleting, key, value, []) == .integer(1)
    }

    package func members(of set: String) async throws(StateStoreFailure) -> [String] {
        let reply = try await self.call(["EVAL", StateScript.members, "1", Self.key(set)], isRepeatable: true)
        guard let elements = reply.elements else { throw Self.unexpected("EVAL") }
        return elements.compactMap(\.text)
    }

    package func apply(_ changes: [StateChange]) async throws(StateStoreFailure) {
        guard !changes.isEmpty else { return }
        let commands = [Self.bytes(["MULTI"])] + changes.flatMap(Self.commands) + [Self.bytes(["EXEC"])]
        let replies = try await self.callTogether(commands)
        // What was refused when it was queued has kept all others from being done; `EXEC` says so.
        guard let done = replies.last?.elements, done.count == commands.count - 2 else { throw Self.unexpected("EXEC") }
        if let error = done.lazy.compactMap(\.error).first { throw Self.refusal(error) }
    }

    /// A change as Redis's commands.
    private static func commands(for change: StateChange) -> [[[UInt8]]] {
        switch change {
        case .set(let key, let value, let lifetime):
            [
                [Array("SET".utf8), Array(self.key(key).utf8), value]
                    + self.bytes(["PX", self.text(lifetime)])
            ]
        case .delete(let key): [self.bytes(["DEL", self.key(key)])]
        case .add(let member, let set, let lifetime):
            [self.bytes(["EVAL", StateScript.adding, "1", self.key(set), member, self.text(lifetime)])]
        case .remove(let member, let set): [self.bytes(["ZREM", self.key(set), member])]
        case .increment(let key, let lifetime):
            [self.bytes(["INCR", self.key(key)]), self.bytes(["PEXPIRE", self.key(key), self.text(lifetime)])]
        }
    }

    private static func key(_ key: String) -> String { self.prefix + key }

    /// Redis refuses a lifetime of nothing; one millisecond comes nearest.
    private static func text(_ lifetime: Duration) -> String { String(max(1, lifetime.milliseconds)) }

    private static func bytes(_ texts: [String]) -> [[UInt8]] { texts.map { Array($0.utf8) } }

    // MARK: Commands

    private func evaluate(
        _ script: String,
        _ key: String,
        _ value: [UInt8],
        _ further: [String]
    ) async throws(StateStoreFailure) -> RedisReply {
        let command = Self.bytes(["EVAL", script, "1", Self.key(key)]) + [value] + Self.bytes(further)
        return try await self.callTogether([command])[0]
    }

    private func call(_ arguments: [String], isRepeatable: Bool = false) async throws(StateStoreFailure) -> RedisReply {
        try await self.callTogether([Self.bytes(arguments)], isRepeatable: isRepeatable)[0]
    }

    /// Sends commands to whoever answers for the state; what nobody has done yet is asked for once more elsewhere.
    ///
    /// - Parameters:
    ///   - commands: sent with nothing between them.
    ///   - isRepeatable: whether it does not matter if they are done twice, so that a lost connection is no failure.
    /// - Returns: the replies, none of which is an error.
    /// - Throws: that Redis cannot be reached, did not answer, or refuses a command.
    private func callTogether(
        _ commands: [[[UInt8]]],
        isRepeatable: Bool = false
    ) async throws(StateStoreFailure) -> [RedisReply] {
        var failure = StateStoreFailure("Redis was not asked")
        for _ in 0..<2 {
            let client: RedisClient
            do throws(RedisFailure) {
                client = try await self.connection.client()
            } catch {
                throw StateStoreFailure("Redis cannot be reached (\(error))")
            }
            let replies: [RedisReply]
            do throws(RedisFailure) {
                replies = try await client.callTogether(commands, within: self.timeout)
            } catch {
                self.connection.drop(client)
                failure = StateStoreFailure("Redis did not answer (\(error))")
                guard isRepeatable else { throw failure }
                continue
            }
            let refusals = replies.compactMap(\.error)
            guard let refusal = refusals.first else { return replies }
            failure = Self.refusal(refusal)
            // Another server has taken over, and nothing has been done.
            guard Self.namesAnother(refusal) else { throw failure }
            self.connection.drop(client)
        }
        throw failure
    }

    private static func namesAnother(_ refusal: String) -> Bool {
        ["MOVED ", "ASK ", "READONLY "].contains { refusal.hasPrefix($0) }
    }

    private static func unexpected(_ command: String) -> StateStoreFailure {
        StateStoreFailure("an unexpected reply to \(command)")
    }

    /// An error of Redis by its first word: the rest of it may repeat what was sent.
    private static func refusal(_ message: String) -> StateStoreFailure {
        StateStoreFailure("Redis refuses (\(message.prefix { $0 != " " }))")
    }
}

/// What Redis does in one step and has no command for.
private enum StateScript {
    static let renewing =
        "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end return 0"
    static let deleting =
        "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"
    /// The server's clock in milliseconds, as Redis writes a score.
    private static let now = """
        local time = redis.call('TIME')
        local now = time[1] * 1000 + math.floor(time[2] / 1000)

        """
    /// A set is sorted by the moments at which its members go, and goes with the last of them.
    static let adding =
        Self.now + """
            redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now))
            redis.call('ZADD', KEYS[1], string.format('%.0f', now + ARGV[2]), ARGV[1])
            local last = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')
            return redis.call('PEXPIREAT', KEYS[1], string.format('%.0f', last[2]))
            """
    static let members =
        Self.now + "return redis.call('ZRANGEBYSCORE', KEYS[1], string.format('(%.0f', now), '+inf')"
}
