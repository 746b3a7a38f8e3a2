import Curl
import NIOCore

/// The two ways that requests of one event loop take: connections of the loop's own, and libcurl.
struct FetchTransport: Sendable {
    let loop: any EventLoop
    let driver: FetchDriver
    let directDrivers: DirectDrivers

    /// Begins a transfer, directly where there is an address for that.
    ///
    /// False when there will be no transfer; otherwise its receiver hears the end.
    func start(_ transfer: Transfer, at address: DirectAddress?) -> Bool {
        guard let address else { return driver.driver.start(transfer) }
        onLoop { $0.start(transfer, to: address) }
        return true
    }

    /// Ends a transfer as `cancelled`, unless it has ended.
    func cancel(_ transfer: Transfer, isDirect: Bool) {
        if isDirect {
            // Never within the call: whoever cancels may be told of the end by it.
            loop.execute { self.directDrivers.driver(on: self.loop).cancel(transfer) }
        } else {
            driver.driver.cancel(transfer)
        }
    }

    private func onLoop(_ body: @escaping @Sendable (DirectDriver) -> Void) {
        // A place that another loop's fetch gave back is told there.
        if loop.inEventLoop {
            body(directDrivers.driver(on: loop))
        } else {
            loop.execute { body(self.directDrivers.driver(on: self.loop)) }
        }
    }
}
