import NIOCore
import NIOEmbedded
import NIOPosix
import Synchronization
import Testing

@testable import Gateway

@Suite struct FlightBoardTests {
    private static let key = CacheKey(high: 1, low: 2)
    private static let otherKey = CacheKey(high: 1, low: 3)

    /// What waiters were told, in order.
    private final class Log: Sendable {
        private let entries = Mutex<[String]>([])

        var all: [String] { self.entries.withLock { $0 } }

        func add(_ entry: String) { self.entries.withLock { $0.append(entry) } }

        func waiter(_ name: String, on loop: any EventLoop) -> FlightBoard.Waiter {
            FlightBoard.Waiter(eventLoop: loop) { self.add("\(name): \(Self.text($0))") }
        }

        private static func text(_ landing: FlightBoard.Landing) -> String {
            switch landing {
            case .shared(let copy): "shared \(String(buffer: copy.body))"
            case .unshared: "unshared"
            case .failed(let failure): "failed \(failure.description)"
            }
        }
    }

    private static let copy = StoredFragment(
        storedAt: .distantPast,
        freshUntil: .distantFuture,
        body: ByteBuffer(string: "body")
    )

    @Test func isAwaitedByThoseWhoJoined() {
        let board = FlightBoard()
        let log = Log()
        let loop = EmbeddedEventLoop()
        #expect(!board.isAwaited(Self.key))
        #expect(!board.join(Self.key, log.waiter("a", on: loop)))
        #expect(!board.isAwaited(Self.key))
        #expect(board.join(Self.key, log.waiter("b", on: loop)))
        #expect(board.isAwaited(Self.key) && !board.isAwaited(Self.otherKey))
        board.land(Self.key, .unshared)
        #expect(!board.isAwaited(Self.key))
    }

    @Test func theFirstBeginsAndTheOthersJoin() {
        let board = FlightBoard()
        let loop = EmbeddedEventLoop()
        let log = Log()
        #expect(!board.join(Self.key, log.waiter("a", on: loop)))
        #expect(board.join(Self.key, log.waiter("b", on: loop)))
        #expect(board.join(Self.key, log.waiter("c", on: loop)))
        #expect(!board.join(Self.otherKey, log.waiter("d", on: loop)))
        board.land(Self.key, .shared(Self.copy))
        #expect(log.all.isEmpty)
        loop.run()
        #expect(log.all == ["b: shared body", "c: shared body"])
        board.land(Self.otherKey, .unshared)
        loop.run()
        #expect(log.all.count == 2)
    }

    @Test func aWaiterIsMadeOnlyWhenItJoins() {
        let board = FlightBoard()
        let loop = EmbeddedEventLoop()
        let log = Log()
        var made = 0
        func waiter() -> FlightBoard.Waiter {
            made += 1
            return log.waiter("a", on: loop)
        }
        // Outside of `#expect`, which evaluates the arguments of a call itself.
        let hasJoinedFirst = board.join(Self.key, waiter())
        #expect(!hasJoinedFirst)
        #expect(made == 0)
        let hasJoinedSecond = board.join(Self.key, waiter())
        #expect(hasJoinedSecond)
        #expect(made == 1)
    }

    @Test func aFetchIsBegunOnceUntilItLands() {
        let board = FlightBoard()
        let loop = EmbeddedEventLoop()
        let log = Log()
        #expect(board.begin(Self.key))
        #expect(!board.begin(Self.key))
        #expect(board.begin(Self.otherKey))
        #expect(board.join(Self.key, log.waiter("a", on: loop)))
        // A second beginning must not forget who waits.
        #expect(!board.begin(Self.key))
        board.land(Self.key, .failed(.timeout))
        #expect(board.begin(Self.key))
        loop.run()
        #expect(log.all == ["a: failed no whole answer in time"])
    }

    @Test func everyoneIsToldOnce() {
        let board = FlightBoard()
        let loop = EmbeddedEventLoop()
        let log = Log()
        #expect(board.begin(Self.key))
        #expect(board.join(Self.key, log.waiter("a", on: loop)))
        board.land(Self.key, .unshared)
        board.land(Self.key, .shared(Self.copy))
        loop.run()
        #expect(log.all == ["a: unshared"])
        // The next one is not told of what was before.
        #expect(!board.join(Self.key, log.waiter("b", on: loop)))
        loop.run()
        #expect(log.all == ["a: unshared"])
    }

    @Test func landingWhatNobodyBeganIsNothing() {
        let board = FlightBoard()
        board.land(Self.key, .unshared)
        #expect(board.begin(Self.key))
    }

    @Test func whoIsToldMayAskAgain() {
        let board = FlightBoard()
        let loop = EmbeddedEventLoop()
        let log = Log()
        #expect(board.begin(Self.key))
        for name in ["a", "b"] {
            let again = FlightBoard.Waiter(eventLoop: loop) { [key = Self.key] _ in
                log.add("\(name) \(board.join(key, log.waiter(name, on: loop)) ? "joins" : "leads")")
            }
            #expect(board.join(Self.key, again))
        }
        board.land(Self.key, .unshared)
        loop.run()
        #expect(log.all == ["a leads", "b joins"])
        board.land(Self.key, .unshared)
        loop.run()
        #expect(log.all == ["a leads", "b joins", "b: unshared"])
    }

    @Test func ofAllThreadsOneLeadsAndTheOthersAreToldOnTheirLoops() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 4)
        let loops = Array(group.makeIterator())
        let board = FlightBoard()
        for round in 0..<500 {
            let key = CacheKey(high: 0, low: UInt64(round))
            let landings = loops.map { $0.makePromise(of: Bool.self) }
            let joins = zip(loops, landings).map { loop, landing in
                loop.submit {
                    board.join(
                        key,
                        FlightBoard.Waiter(eventLoop: loop) { _ in landing.succeed(loop.inEventLoop) }
                    )
                }
            }
            let joined = try await EventLoopFuture.whenAllSucceed(joins, on: loops[0]).get()
            #expect(joined.filter { !$0 }.count == 1, "round \(round)")
            board.land(key, .unshared)
            for (hasJoined, landing) in zip(joined, landings) where !hasJoined { landing.succeed(true) }
            // It ends when each has been told, and a promise that is kept twice ends the process.
            let told = try await EventLoopFuture.whenAllSucceed(landings.map(\.futureResult), on: loops[0]).get()
            #expect(told == [true, true, true, true], "round \(round)")
        }
        try await group.shutdownGracefully()
    }

    @Test func landingsRaceWithJoinsAndNobodyIsForgotten() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 4)
        let loops = Array(group.makeIterator())
        let board = FlightBoard()
        let counts = Mutex((leaders: 0, joined: 0, told: 0))
        let key = Self.key
        let turns = loops.map { loop in
            loop.submit {
                for _ in 0..<2000 {
                    let waiter = FlightBoard.Waiter(eventLoop: loop) { _ in counts.withLock { $0.told += 1 } }
                    if board.join(key, waiter) {
                        counts.withLock { $0.joined += 1 }
                    } else {
                        counts.withLock { $0.leaders += 1 }
                        board.land(key, .unshared)
                    }
                }
            }
        }
        try await EventLoopFuture.andAllSucceed(turns, on: loops[0]).get()
        // What was handed to the loops is done when something that came later is.
        for loop in loops { try await loop.submit {}.get() }
        let (leaders, joined, told) = counts.withLock { ($0.leaders, $0.joined, $0.told) }
        #expect(leaders + joined == 8000)
        #expect(leaders > 0)
        #expect(told == joined)
        #expect(board.begin(key))
        try await group.shutdownGracefully()
    }
}
