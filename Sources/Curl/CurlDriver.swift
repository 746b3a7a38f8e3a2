import CCurl
import Glibc

/// The bounds of one driver.
package struct CurlDriverSettings: Sendable {
    /// Connections that are kept open for reuse.
    package var keptConnections = 1024
    /// Longest idle time after which a kept connection is still reused, in seconds.
    package var keptConnectionAge = 55
    /// The bounds of an answer's head.
    package var headLimits = ResponseHeadReader.Limits()
    /// File of the certificate authorities that are trusted; nil for the system's.
    package var certificateAuthorities: String?

    package init() {}
}

/// HTTP transfers by libcurl's multi interface on a thread of their own.
///
/// Any thread may call; receivers are called on the driver's thread. The thread starts with the first transfer.
/// Never follows redirects, reads no proxy from the environment, no netrc, keeps no cookies, decodes no content coding, verifies TLS.
package final class CurlDriver: Sendable {
    private let settings: CurlDriverSettings
    private let afterTurn: @Sendable () -> Void
    private let mailbox = CurlMailbox()

    /// Makes a driver; nothing runs yet.
    ///
    /// - Parameters:
    ///   - settings: the driver's bounds.
    ///   - afterTurn: called on the driver's thread after receivers have been called, once for all that happened at once.
    package init(settings: CurlDriverSettings = CurlDriverSettings(), afterTurn: @escaping @Sendable () -> Void = {}) {
        self.settings = settings
        self.afterTurn = afterTurn
    }

    deinit {
        _ = mailbox.stop(nil)
        if let thread = mailbox.takeThread() { pthread_detach(thread) }
    }

    /// Begins a transfer.
    ///
    /// False when the driver is shut down: its receiver then hears nothing.
    package func start(_ transfer: Transfer) -> Bool {
        send(.start(transfer))
    }

    /// Ends a transfer that was started; it finishes as `cancelled` unless it has finished.
    package func cancel(_ transfer: Transfer) {
        // A stopped driver has ended all its transfers.
        _ = send(.cancel(transfer))
    }

    /// Goes on after the receiver took no body.
    package func resumeReceiving(_ transfer: Transfer) {
        _ = send(.resumeReceiving(transfer))
    }

    /// Goes on after the receiver had nothing to send.
    package func resumeSending(_ transfer: Transfer) {
        _ = send(.resumeSending(transfer))
    }

    /// Finishes all transfers as `cancelled`, closes all connections and joins the thread.
    package func shutdown() async {
        await withCheckedContinuation { continuation in
            if !mailbox.stop(continuation) { continuation.resume() }
        }
        // The thread has done its last act: joining it does not wait.
        if let thread = mailbox.takeThread() { pthread_join(thread, nil) }
    }

    private func send(_ command: CurlCommand) -> Bool {
        mailbox.send(command) { [settings, afterTurn, mailbox] in
            CurlThread.start(settings: settings, mailbox: mailbox, afterTurn: afterTurn)
        }
    }
}
