import NIOCore
import NIOPosix
import Synchronization
import TestSupport
import Testing

@testable import Gateway

/// A tier on a loop of its own, for tests that are on none.
final class RedisTierClient: Sendable {
    private let loop: any EventLoop
    private let tier: NIOLoopBoundBox<RedisTier?>
    private let states = Mutex<(seen: [RedisTier.State], waiting: [(RedisTier.State, EventLoopPromise<Void>)])>(
        ([], [])
    )

    init(_ settings: RedisTierSettings) async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        self.loop = loop
        self.tier = NIOLoopBoundBox.makeBoxSendingValue(nil, eventLoop: loop)
        try await loop.submit {
            self.tier.value = RedisTier(settings: settings, eventLoop: loop) { [weak self] state in
                self?.changed(to: state)
            }
        }.get()
    }

    private func changed(to state: RedisTier.State) {
        let due = self.states.withLock { states in
            states.seen.append(state)
            let due = states.waiting.filter { $0.0 == state }
            states.waiting.removeAll { $0.0 == state }
            return due
        }
        for (_, promise) in due { promise.succeed() }
    }

    func run<Result: Sendable>(_ body: @escaping @Sendable (RedisTier) throws -> Result) async throws -> Result {
        try await self.loop.submit { try body(try #require(self.tier.value)) }.get()
    }

    /// Waits until the tier is in a state.
    func reach(_ state: RedisTier.State) async throws {
        let promise = self.loop.makePromise(of: Void.self)
        let isThere = try await self.run { tier in
            if tier.state == state { return true }
            self.states.withLock { $0.waiting.append((state, promise)) }
            return false
        }
        if isThere { promise.succeed() }
        let timeout = self.loop.scheduleTask(in: .seconds(20)) {
            promise.fail(RedisFailure(code: .closed, message: "never \(state)"))
        }
        try await promise.futureResult.get()
        timeout.cancel()
    }

    func start() async throws {
        try await self.run { $0.start() }
        try await self.reach(.up)
    }

    func stop() async throws {
        try await self.loop.flatSubmit { self.tier.value?.stop() ?? self.loop.makeSucceededVoidFuture() }.get()
    }

    /// The bodies under keys, nil for a miss, and the time that it took.
    func lookup(_ keys: [String]) async throws -> (bodies: [String?], elapsed: Duration) {
        let promise = self.loop.makePromise(of: [String?].self)
        let start = ContinuousClock.now
        try await self.run { tier in
            tier.mget(keys) { fragments in
                promise.succeed(fragments.map { $0.map { String(buffer: $0.body) } })
            }
        }
        return (try await promise.futureResult.get(), ContinuousClock.now - start)
    }

    func set(_ key: String, _ body: String, ttl: Duration = .seconds(60)) async throws {
        try await self.run { tier in
            let now = Instant.now()
            tier.set(
                key,
                StoredFragment(storedAt: now, freshUntil: now + ttl, tags: ["t"], body: ByteBuffer(string: body)),
                ttl: ttl
            )
        }
    }
}

/// Runs `body` with a tier, and stops that afterwards.
func withRedisTier<Result>(
    _ settings: RedisTierSettings,
    _ body: (RedisTierClient) async throws -> Result
) async throws -> Result {
    let client = try await RedisTierClient(settings)
    do {
        let result = try await body(client)
        try await client.stop()
        return result
    } catch {
        try await client.stop()
        throw error
    }
}
