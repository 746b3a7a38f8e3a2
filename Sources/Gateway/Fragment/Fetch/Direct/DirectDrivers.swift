import NIOCore
import Synchronization

/// The direct drivers of all event loops that have fetched.
final class DirectDrivers: Sendable {
    private struct State {
        var drivers: [ObjectIdentifier: NIOLoopBound<DirectDriver>] = [:]
        var isShutDown = false
    }

    private let state = Mutex(State())

    /// The driver of a loop, on which this is called.
    func driver(on loop: any EventLoop) -> DirectDriver {
        let known = state.withLock { $0.drivers[ObjectIdentifier(loop)] }
        if let known { return known.value }
        let made = NIOLoopBound(DirectDriver(eventLoop: loop), eventLoop: loop)
        let isShutDown = state.withLock { state in
            state.drivers[ObjectIdentifier(loop)] = made
            return state.isShutDown
        }
        if isShutDown { made.value.shutdown() }
        return made.value
    }

    /// Ends everything under way as `cancelled`.
    func shutdown() async {
        let drivers = state.withLock { state in
            // Taken out: a loop that has ended since would never answer a second shutdown.
            defer { state.drivers = [:] }
            state.isShutDown = true
            return Array(state.drivers.values)
        }
        for driver in drivers {
            let ended = driver.eventLoop.submit { driver.value.shutdown() }
            // It does not fail: the loops outlive the fetcher.
            await withCheckedContinuation { continuation in ended.whenComplete { _ in continuation.resume() } }
        }
    }
}
