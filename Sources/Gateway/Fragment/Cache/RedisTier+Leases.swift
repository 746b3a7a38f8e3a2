/// Leases on copies: keys that hold their holder's token, and go when they are not renewed.
extension RedisTier {
    /// What never runs out is no lease, whoever left it there.
    private static let acquiring = """
        if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 end
        if redis.call('PTTL', KEYS[1]) ~= -1 then return 0 end
        redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]) return 1
        """
    private static let storing = """
        if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
        redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) redis.call('DEL', KEYS[2]) return 1
        """
    private static let releasing =
        "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"
    private static let renewing =
        "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end return 0"

    /// The key of the lease on a copy; a cluster keeps both together, as no name has braces of its own.
    private func leaseKey(_ name: String) -> String { "{\(self.key(name))}:lease" }

    /// Takes the lease on a copy, unless somebody has it.
    ///
    /// - Parameters:
    ///   - name: the text by which the copy is known.
    ///   - token: names the holder.
    ///   - lifetime: when the lease runs out.
    ///   - completion: gets whether it was free, and nil when Redis does not say so in time.
    func acquireLease(
        on name: String,
        token: String,
        for lifetime: Duration,
        completion: @escaping (Bool?) -> Void
    ) {
        self.callOnLease(
            of: name,
            ["EVAL", Self.acquiring, "1", self.leaseKey(name), token, String(lifetime.milliseconds)],
            completion: completion
        )
    }

    /// Lets a lease last from now on, if it is still the holder's.
    func renewLease(on name: String, token: String, for lifetime: Duration) {
        self.callOnLease(
            of: name,
            ["EVAL", Self.renewing, "1", self.leaseKey(name), token, String(lifetime.milliseconds)]
        )
    }

    /// Gives a lease back, if it is still the holder's.
    func releaseLease(on name: String, token: String) {
        self.callOnLease(of: name, ["EVAL", Self.releasing, "1", self.leaseKey(name), token])
    }

    private func callOnLease(
        of name: String,
        _ command: [String],
        completion: @escaping (Bool?) -> Void = { _ in }
    ) {
        self.call(RedisCall(key: self.leaseKey(name), arguments: command), completion: completion)
    }

    /// Stores a copy and gives the lease on it back, if that is still the holder's; nothing happens if not.
    func set(
        _ name: String,
        _ fragment: StoredFragment,
        ttl: Duration,
        underLeaseOf token: String,
        completion: @escaping (Bool?) -> Void
    ) {
        guard ttl.milliseconds > 0 else { return completion(false) }
        let call = RedisCall(
            key: self.key(name),
            arguments: ["EVAL", Self.storing, "2", self.key(name), self.leaseKey(name), token],
            value: (fragment, name),
            further: [String(ttl.milliseconds)]
        )
        self.call(call, completion: completion)
    }

    /// Tells all gateways what became of a fetch under a lease.
    func announce(_ name: String, _ outcome: GatewayStreams.Arrival.Outcome) {
        let key = GatewayStreams.arrivals
        let command = ["XADD", key, "MAXLEN", "~", "1000", "*", outcome.rawValue, name]
        self.call(RedisCall(key: key, arguments: command)) { _ in }
    }
}
