import CCurl
import Glibc

/// A descriptor that ends the driver's wait, signalled by any thread.
final class CurlWakeup: Sendable {
    let descriptor: Int32

    /// Nil when the system has no descriptor to give.
    init?() {
        descriptor = eventfd(0, Int32(EFD_NONBLOCK) | Int32(EFD_CLOEXEC))
        guard descriptor >= 0 else { return nil }
    }

    deinit { close(descriptor) }

    /// Ends the wait, or the next one.
    func signal() {
        // Fails only when the count is full, and then the wait ends all the same.
        _ = eventfd_write(descriptor, 1)
    }

    /// Makes waits possible again.
    func reset() {
        var count: eventfd_t = 0
        // Fails only when nobody has signalled.
        _ = eventfd_read(descriptor, &count)
    }
}
