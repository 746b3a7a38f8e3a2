import Testing

@testable import Gateway

@Suite struct RedisNodeStateMachineTests {
    private let start = Instant(milliseconds: 1_000_000)

    @Test func connectsWaitsAndConnectsAgain() {
        var machine = RedisNode.StateMachine(backoff: .milliseconds(50) ... .seconds(5))
        #expect(machine.start() == .connect)
        #expect(machine.start() == .nothing)
        machine.connected(at: start)
        #expect(machine.state == .up(failures: 0, since: start))
        #expect(machine.ended(at: start, jitter: 1) == .wait(.milliseconds(50)))
        #expect(machine.ended(at: start, jitter: 1) == .nothing)
        #expect(machine.retry() == .connect)
        #expect(machine.retry() == .nothing)
    }

    @Test func waitsLongerEachTimeUpToALimit() {
        var machine = RedisNode.StateMachine(backoff: .milliseconds(50) ... .seconds(5))
        _ = machine.start()
        var waits: [Duration] = []
        for _ in 0..<30 {
            guard case .wait(let duration) = machine.ended(at: start, jitter: 1) else { break }
            waits.append(duration)
            #expect(machine.retry() == .connect)
        }
        #expect(Array(waits.prefix(7)) == [50, 100, 200, 400, 800, 1600, 3200].map { Duration.milliseconds($0) })
        #expect(waits.dropFirst(7).allSatisfy { $0 == .seconds(5) })
        #expect(waits.count == 30)
    }

    @Test func spreadsTheWaits() {
        for (jitter, expected) in [(0.0, 25), (0.5, 37), (1.0, 50)] {
            var machine = RedisNode.StateMachine(backoff: .milliseconds(50) ... .seconds(5))
            _ = machine.start()
            guard case .wait(let duration) = machine.ended(at: start, jitter: jitter) else {
                Issue.record("it does not wait")
                continue
            }
            #expect(duration.milliseconds == expected)
        }
    }

    /// A server that accepts connections and then does not answer is not asked ever faster.
    @Test func forgetsFailuresOnlyAfterAConnectionThatLasted() {
        var machine = RedisNode.StateMachine(backoff: .milliseconds(50) ... .seconds(5))
        _ = machine.start()
        machine.connected(at: start)
        #expect(machine.ended(at: start + .seconds(1), jitter: 1) == .wait(.milliseconds(50)))
        _ = machine.retry()
        machine.connected(at: start)
        #expect(machine.ended(at: start + .seconds(1), jitter: 1) == .wait(.milliseconds(100)))
        _ = machine.retry()
        machine.connected(at: start)
        #expect(machine.ended(at: start + .seconds(5), jitter: 1) == .wait(.milliseconds(50)))
    }

    @Test func stopsFromEverywhere() {
        var machine = RedisNode.StateMachine(backoff: .milliseconds(50) ... .seconds(5))
        #expect(machine.stop() == .nothing)
        _ = machine.start()
        #expect(machine.stop() == .close)
        machine.connected(at: start)
        #expect(machine.state == .stopped)
        #expect(machine.ended(at: start, jitter: 1) == .nothing)
        #expect(machine.retry() == .nothing)
        #expect(machine.start() == .connect)
        _ = machine.ended(at: start, jitter: 1)
        #expect(machine.stop() == .close)
        #expect(machine.state == .stopped)
    }
}
