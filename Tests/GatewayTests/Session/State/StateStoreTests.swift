import Foundation
import NIOPosix
import TestSupport
import Testing

@testable import Gateway

/// What every store must do, told of each that there is.
@Suite("Stores of shared state")
struct StateStoreTests {
    /// The stores.
    enum Kind: String, CaseIterable, CustomTestStringConvertible {
        case memory, file, redis, sentinels, cluster

        var testDescription: String { self.rawValue }

        /// Runs `body` with a store of this kind, which is ended afterwards.
        func withStore(_ body: (any StateStore) async throws -> Void) async throws {
            switch self {
            case .memory: try await body(EmbeddedStateStore(path: nil))
            case .file:
                try await StateStoreTests.withFile { try await body(EmbeddedStateStore(path: $0)) }
            case .redis:
                try await withRedisServer { server in
                    try await Self.withRedis(.single(.tcp(host: "127.0.0.1", port: server.port)), body)
                }
            case .sentinels:
                try await withRedisSentinels { group in
                    let sentinels = group.sentinels.map { Address.tcp(host: "127.0.0.1", port: $0.port) }
                    let place = RedisTierSettings.Place.sentinel(
                        sentinels,
                        master: RedisGroup.masterName,
                        access: RedisAccess()
                    )
                    try await Self.withRedis(place, body)
                }
            case .cluster:
                try await withRedisCluster { group in
                    // Of which one may not be the one that answers.
                    let seeds = group.servers.prefix(1).map { Address.tcp(host: "127.0.0.1", port: $0.port) }
                    try await Self.withRedis(.cluster(seeds), body)
                }
            }
        }

        private typealias Address = RedisTierSettings.Address

        private static func withRedis(
            _ place: RedisTierSettings.Place,
            _ body: (any StateStore) async throws -> Void
        ) async throws {
            let store = RedisStateStore(
                settings: RedisTierSettings(place: place),
                timeout: .seconds(10),
                on: MultiThreadedEventLoopGroup.singleton.next()
            )
            defer { store.close() }
            try await body(store)
        }
    }

    static func withFile(_ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("state-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer {
            // What is left in the temporary folder disturbs nobody.
            try? FileManager.default.removeItem(at: folder)
        }
        try await body(folder.appendingPathComponent("state.sqlite").path)
    }

    private static let long = Duration.seconds(60)

    @Test("keeps the contract", .timeLimit(.minutes(2)), arguments: Kind.allCases)
    func contract(of kind: Kind) async throws {
        try await kind.withStore { store in
            try await self.values(store)
            try await self.exclusive(store)
            try await self.holders(store)
            try await self.sets(store)
            try await self.numbers(store)
            try await self.batches(store)
            try await self.lifetimes(store)
            try await self.races(store)
        }
    }

    /// Any bytes come back as they were, and are taken once.
    private func values(_ store: any StateStore) async throws {
        let all = Array(UInt8.min...UInt8.max)
        #expect(try await store.values(of: []) == [])
        #expect(try await store.values(of: ["a", "b"]) == [nil, nil])
        try await store.apply([
            .set(key: "a", value: all, lifetime: Self.long), .set(key: "c", value: [], lifetime: Self.long),
        ])
        #expect(try await store.values(of: ["a", "b", "c", "a"]) == [all, nil, [], all])
        try await store.apply([.set(key: "a", value: [1], lifetime: Self.long)])
        #expect(try await store.take("a") == [1])
        #expect(try await store.take("a") == nil)
        try await store.apply([.delete(key: "c"), .delete(key: "never")])
        #expect(try await store.values(of: ["a", "c"]) == [nil, nil])
    }

    /// What is there stays there when somebody creates it.
    private func exclusive(_ store: any StateStore) async throws {
        #expect(try await store.create("x", [0xff, 0], lifetime: Self.long))
        #expect(try await !store.create("x", [2], lifetime: Self.long))
        #expect(try await store.values(of: ["x"]) == [[0xff, 0]])
    }

    /// Only who holds it renews it and deletes it.
    private func holders(_ store: any StateStore) async throws {
        #expect(try await !store.renew("lock", holding: [1], lifetime: Self.long))
        #expect(try await !store.delete("lock", holding: [1]))
        #expect(try await store.create("lock", [0xfe, 1], lifetime: .milliseconds(300)))
        #expect(try await !store.renew("lock", holding: [2], lifetime: Self.long))
        #expect(try await store.renew("lock", holding: [0xfe, 1], lifetime: Self.long))
        #expect(try await !store.delete("lock", holding: [2]))
        try await Task.sleep(for: .milliseconds(350))
        #expect(try await store.values(of: ["lock"]) == [[0xfe, 1]])
        #expect(try await store.delete("lock", holding: [0xfe, 1]))
        #expect(try await store.values(of: ["lock"]) == [nil])
    }

    /// Members come and go one by one.
    private func sets(_ store: any StateStore) async throws {
        #expect(try await store.members(of: "s") == [])
        try await store.apply([
            .add(member: "blog:1", set: "s", lifetime: Self.long),
            .add(member: "cart:2", set: "s", lifetime: Self.long),
            .add(member: "blog:1", set: "s", lifetime: Self.long), .add(member: "x", set: "t", lifetime: Self.long),
        ])
        #expect(try await Set(store.members(of: "s")) == ["blog:1", "cart:2"])
        try await store.apply([.remove(member: "blog:1", set: "s"), .remove(member: "never", set: "s")])
        #expect(try await store.members(of: "s") == ["cart:2"])
        try await store.apply([.delete(key: "s")])
        #expect(try await store.members(of: "s") == [])
        #expect(try await store.members(of: "t") == ["x"])
    }

    private func numbers(_ store: any StateStore) async throws {
        for expected in ["1", "2", "3"] {
            try await store.apply([.increment(key: "n", lifetime: Self.long)])
            #expect(try await store.values(of: ["n"]) == [Array(expected.utf8)])
        }
    }

    /// Changes are made in their order.
    private func batches(_ store: any StateStore) async throws {
        try await store.apply([])
        try await store.apply([
            .set(key: "b", value: [1], lifetime: Self.long), .delete(key: "b"),
            .set(key: "b", value: [2], lifetime: Self.long), .increment(key: "bn", lifetime: Self.long),
            .increment(key: "bn", lifetime: Self.long), .add(member: "m", set: "bs", lifetime: Self.long),
            .remove(member: "m", set: "bs"),
        ])
        #expect(try await store.values(of: ["b", "bn"]) == [[2], Array("2".utf8)])
        #expect(try await store.members(of: "bs") == [])
    }

    /// Nothing outlives its lifetime, and a member does not take the others along.
    private func lifetimes(_ store: any StateStore) async throws {
        let short = Duration.milliseconds(40)
        try await store.apply([
            .set(key: "l", value: [1], lifetime: short), .increment(key: "ln", lifetime: short),
            .add(member: "short", set: "ls", lifetime: short), .add(member: "long", set: "ls", lifetime: Self.long),
            .add(member: "only", set: "lo", lifetime: short),
        ])
        #expect(try await store.create("lc", [1], lifetime: short))
        let start = ContinuousClock.now
        var isOver = false
        while !isOver {
            try #require(ContinuousClock.now - start < .seconds(10))
            try await Task.sleep(for: .milliseconds(5))
            let values = try await store.values(of: ["l", "ln", "lc"])
            let members = try await (store.members(of: "ls"), store.members(of: "lo"))
            isOver = values == [nil, nil, nil] && members == (["long"], [])
        }
        #expect(ContinuousClock.now - start >= short - .milliseconds(10))
        #expect(try await store.create("lc", [2], lifetime: Self.long))
        // A member that is added again begins anew.
        try await store.apply([.add(member: "again", set: "ls", lifetime: short)])
        try await store.apply([.add(member: "again", set: "ls", lifetime: Self.long)])
        try await Task.sleep(for: short * 2)
        #expect(try await Set(store.members(of: "ls")) == ["again", "long"])
    }

    /// Of many who come at once, one gets it.
    private func races(_ store: any StateStore) async throws {
        try await store.apply([.set(key: "r", value: [7], lifetime: Self.long)])
        let (takers, makers) = try await withThrowingTaskGroup(of: (Bool, Bool).self) { group in
            for number in 0..<50 {
                group.addTask {
                    (
                        try await store.take("r") != nil,
                        try await store.create("rc", [UInt8(number)], lifetime: Self.long)
                    )
                }
            }
            return try await group.reduce(into: (0, 0)) { counts, result in
                counts.0 += result.0 ? 1 : 0
                counts.1 += result.1 ? 1 : 0
            }
        }
        #expect(takers == 1)
        #expect(makers == 1)
    }
}
