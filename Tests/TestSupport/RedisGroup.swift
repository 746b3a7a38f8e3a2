import Foundation

/// Several servers of Redis that make one.
package struct RedisGroup: Sendable {
    package let servers: [RedisServer]
    /// Empty for a cluster.
    package let sentinels: [RedisServer]

    package static let masterName = "gateway-test"

    /// The server that the sentinels name.
    package func master() throws -> RedisServer {
        for sentinel in self.sentinels {
            let reply = try sentinel.run("SENTINEL", "get-master-addr-by-name", Self.masterName)
            let port = reply.split(separator: "\n").last.flatMap { Int($0) }
            if let server = self.servers.first(where: { $0.port == port }) { return server }
        }
        throw RedisServer.StartError(description: "no sentinel names a master")
    }
}

/// Asks again and again until the answer is yes; an error when it is not in time.
package func waitForRedis(_ what: String, _ condition: () throws -> Bool) async throws {
    let start = ContinuousClock.now
    while try !condition() {
        guard ContinuousClock.now - start < .seconds(30) else {
            throw RedisServer.StartError(description: "\(what) did not happen within 30 seconds")
        }
        try await Task.sleep(for: .milliseconds(20))
    }
}

/// Runs `body` with a master, a replica, and three sentinels of which two must agree that the master is gone.
///
/// - Parameters:
///   - password: what both the servers and the sentinels ask for; nil for nothing.
///   - isolation: where it is called.
///   - body: gets them; they are ended afterwards.
/// - Returns: what `body` returns.
/// - Throws: what `body` throws, and a ``RedisServer/StartError`` when they cannot be brought together.
package func withRedisSentinels<Result>(
    password: String? = nil,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (RedisGroup) async throws -> Result
) async throws -> Result {
    let access = password.map { ["--requirepass", $0, "--masterauth", $0] } ?? []
    let quick = ["--repl-diskless-sync-delay", "0"]
    let master = try RedisServer.start(arguments: access + quick)
    defer { master.stop() }
    let replica = try RedisServer.start(arguments: access + quick + ["--replicaof", "127.0.0.1", "\(master.port)"])
    defer { replica.stop() }
    let name = RedisGroup.masterName
    var settings = [
        "sentinel monitor \(name) 127.0.0.1 \(master.port) 2", "sentinel down-after-milliseconds \(name) 500",
        "sentinel failover-timeout \(name) 3000",
    ]
    var options: [String] = []
    if let password {
        settings += [
            "sentinel auth-pass \(name) \(password)", "requirepass \(password)", "sentinel sentinel-pass \(password)",
        ]
        options = ["-a", password, "--no-auth-warning"]
    }
    try await waitForRedis("a connection of the replica") {
        try replica.run("INFO", "replication", options: options).contains("master_link_status:up")
    }
    var sentinels: [RedisServer] = []
    defer { for sentinel in sentinels { sentinel.stop() } }
    for _ in 0..<3 { sentinels.append(try RedisServer.startSentinel(settings)) }
    for sentinel in sentinels {
        try await waitForRedis("an acquaintance of the sentinels") {
            let state = try sentinel.run("INFO", "sentinel", options: options)
            return state.contains("slaves=1,sentinels=3")
        }
    }
    return try await body(RedisGroup(servers: [master, replica], sentinels: sentinels))
}

/// Runs `body` with a cluster of three masters, each of which answers for a third of the hash slots.
package func withRedisCluster<Result>(
    isolation: isolated (any Actor)? = #isolation,
    _ body: (RedisGroup) async throws -> Result
) async throws -> Result {
    var masters: [RedisServer] = []
    defer { for master in masters { master.stop() } }
    for (first, last) in [(0, 5460), (5461, 10_922), (10_923, 16_383)] {
        let bus = try RedisServer.freePort()
        let master = try RedisServer.start(arguments: [
            "--cluster-enabled", "yes", "--cluster-port", "\(bus)", "--cluster-node-timeout", "2000",
            "--cluster-require-full-coverage", "no",
        ])
        masters.append(master)
        try master.run("CLUSTER", "ADDSLOTSRANGE", "\(first)", "\(last)")
        if masters.count > 1 {
            let bus = try masters[0].run("CONFIG", "GET", "cluster-port").split(separator: "\n").last ?? ""
            try master.run("CLUSTER", "MEET", "127.0.0.1", "\(masters[0].port)", String(bus))
        }
    }
    for master in masters {
        try await waitForRedis("the cluster's agreement") {
            let state = try master.run("CLUSTER", "INFO")
            let slots = try master.run("CLUSTER", "SLOTS").split(separator: "\n")
            return state.contains("cluster_state:ok") && state.contains("cluster_slots_assigned:16384")
                && masters.allSatisfy { slots.contains("\($0.port)") }
        }
    }
    return try await body(RedisGroup(servers: masters, sentinels: []))
}
