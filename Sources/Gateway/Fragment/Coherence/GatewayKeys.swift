import Hiredis
import Logging

/// The keys that gateways tell each other things by, and what becomes of one that holds something else.
enum GatewayKeys {
    /// Renames a key unless it holds what it should, or nothing.
    private static let moving = """
        local kind = redis.call('TYPE', KEYS[1])['ok']
        if kind == 'none' or kind == ARGV[1] then return false end
        redis.call('RENAME', KEYS[1], KEYS[2]) return kind
        """

    /// Puts what is of the wrong type under the gateways' keys out of the way.
    ///
    /// With it there nobody could be told of anything, for good. The names are the gateways' own, so it is there by
    /// mistake; but it is somebody's, and is kept under another name.
    ///
    /// - Throws: a ``RedisFailure`` when Redis does not say what the keys hold.
    static func mend(by client: RedisClient, within patience: Duration, logger: Logger) async throws(RedisFailure) {
        let keys = [
            (GatewayStreams.purges, "stream"), (GatewayStreams.arrivals, "stream"), (GatewayStreams.members, "set"),
        ]
        for (key, type) in keys {
            let other = key + ":unusable"
            let reply = try await client.call(["EVAL", Self.moving, "2", key, other, type], within: patience)
            guard let found = reply.text else { continue }
            logger.warning(
                "a key of the gateways' held something else, which has been renamed",
                metadata: ["key": "\(key)", "should-be": "\(type)", "was": "\(found)", "renamed-to": "\(other)"]
            )
        }
    }
}
