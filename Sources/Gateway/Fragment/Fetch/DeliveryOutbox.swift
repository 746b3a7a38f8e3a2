import Curl
import NIOCore
import Synchronization

/// Has something to tell on its event loop.
protocol Deliverable: AnyObject, Sendable {
    var loop: any EventLoop { get }

    /// Called on the loop.
    func deliver()
}

/// Collects what one turn of a driver brings, so that each event loop is woken once for all of it.
final class DeliveryOutbox: Sendable {
    private let pending = Mutex<[any Deliverable]>([])

    func append(_ deliverable: any Deliverable) {
        pending.withLock { $0.append(deliverable) }
    }

    /// Hands everything to the loops.
    func flush() {
        var remaining = pending.withLock { pending in
            let all = pending
            pending = []
            return all
        }
        while let first = remaining.first {
            let loop = first.loop
            let batch = remaining.filter { $0.loop === loop }
            remaining = batch.count == remaining.count ? [] : remaining.filter { $0.loop !== loop }
            loop.execute {
                for deliverable in batch { deliverable.deliver() }
            }
        }
    }
}

/// A driver and its outbox.
struct FetchDriver: Sendable {
    let driver: CurlDriver
    let outbox: DeliveryOutbox

    init() {
        let outbox = DeliveryOutbox()
        self.outbox = outbox
        driver = CurlDriver(afterTurn: { outbox.flush() })
    }
}
