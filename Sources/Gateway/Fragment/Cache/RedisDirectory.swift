import Hiredis
import NIOCore

/// Finds out which server answers for a key, by asking the sentinels or the cluster, and connects to it.
struct RedisDirectory: Sendable {
    typealias Address = RedisTierSettings.Address

    private let settings: RedisTierSettings
    private let loop: any EventLoop

    /// How long one sentinel, or one server of a cluster, may take to say what it knows.
    private static let patience = Duration.milliseconds(500)

    init(settings: RedisTierSettings, loop: any EventLoop) {
        self.settings = settings
        self.loop = loop
    }

    /// Whether there are sentinels, who may name another master at any time.
    var hasSentinels: Bool {
        if case .sentinel = self.settings.place { true } else { false }
    }

    /// The server that answers for a key.
    ///
    /// - Throws: a ``RedisFailure`` when nobody knows.
    func owner(of key: String) async throws(RedisFailure) -> Address {
        switch self.settings.place {
        case .single(let address): return address
        case .sentinel(let sentinels, let master, let access):
            return try await self.master(master, by: sentinels, access)
        case .cluster(let servers):
            let slot = RedisHashSlot.of(key)
            guard let owner = try await self.slots(asking: servers).owner(of: slot) else {
                throw RedisFailure(code: .connect, message: "no server of the cluster answers for the slot \(slot)")
            }
            return owner
        }
    }

    /// Connects to a server that ``owner(of:)`` has named.
    ///
    /// - Throws: a ``RedisFailure`` when it is not there, refuses, or is no master where the sentinels say that it is.
    func connect(to address: Address) async throws(RedisFailure) -> RedisClient {
        let client = try await RedisClient.connect(
            to: address,
            access: self.settings.access,
            within: self.settings.connectTimeout,
            on: self.loop
        )
        guard case .sentinel = self.settings.place else { return client }
        do throws(RedisFailure) {
            let role = try await client.call(["ROLE"], within: self.settings.connectTimeout)
            guard role.elements?.first?.text == "master" else { throw RedisFailure.noMaster }
        } catch {
            client.close()
            throw error
        }
        return client
    }

    // MARK: Sentinels

    /// The server that most of the sentinels name: all are asked at once, and nobody waits for the rest once more than
    /// half of them agree.
    private func master(
        _ name: String,
        by sentinels: [Address],
        _ access: RedisAccess
    ) async throws(RedisFailure) -> Address {
        let result = await withTaskGroup(of: Result<Address, RedisFailure>.self) { group in
            for sentinel in sentinels {
                group.addTask {
                    do throws(RedisFailure) {
                        return .success(try await self.ask(sentinel, for: name, access))
                    } catch {
                        return .failure(RedisFailure(code: error.code, message: "\(sentinel): \(error.message)"))
                    }
                }
            }
            var ballot = RedisSentinelBallot(voters: sentinels.count)
            for await answer in group {
                ballot.add(answer)
                if ballot.isDecided { break }
            }
            group.cancelAll()
            return ballot.result
        }
        return try result.get()
    }

    private func ask(
        _ sentinel: Address,
        for name: String,
        _ access: RedisAccess
    ) async throws(RedisFailure) -> Address {
        let client = try await RedisClient.connect(to: sentinel, access: access, within: Self.patience, on: self.loop)
        defer { client.close() }
        let reply = try await client.call(["SENTINEL", "get-master-addr-by-name", name], within: Self.patience)
        if reply == .null { throw RedisFailure(code: .refused, message: "it knows no master '\(name)'") }
        guard let parts = reply.elements?.map(\.text), parts.count == 2, let host = parts[0],
            let port = parts[1].flatMap({ Int($0) })
        else { throw RedisFailure(code: .malformedReply, message: "an unexpected reply to SENTINEL") }
        return .tcp(host: host, port: port)
    }

    // MARK: Clusters

    /// The map of the hash slots, from the first server that has one.
    ///
    /// - Parameter servers: whom to ask, the likeliest to answer first.
    /// - Returns: the map, on which somebody answers for something.
    /// - Throws: a ``RedisFailure`` with what each of them said, when none has one.
    func slots(asking servers: [Address]) async throws(RedisFailure) -> RedisSlotMap {
        var failures: [String] = []
        for server in servers {
            do throws(RedisFailure) {
                let client = try await RedisClient.connect(
                    to: server,
                    access: self.settings.access,
                    within: Self.patience,
                    on: self.loop
                )
                defer { client.close() }
                let reply = try await client.call(["CLUSTER", "SLOTS"], within: Self.patience)
                guard let map = RedisSlotMap(reply, askedAt: server) else {
                    throw RedisFailure(code: .malformedReply, message: "an unexpected reply to CLUSTER SLOTS")
                }
                if !map.isEmpty { return map }
                failures.append("\(server): it knows of no slots")
            } catch {
                failures.append("\(server): \(error.message)")
            }
        }
        throw RedisFailure(
            code: .connect,
            message: "no server of the cluster can be asked (\(failures.joined(separator: "; ")))"
        )
    }
}
