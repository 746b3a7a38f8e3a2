/// What an exchange of the proxy asks of the pipeline; each is called on the connection's loop.
///
/// Who holds whom: the connection holds the exchange until its answer is sent, the exchange holds the connection and
/// these closures, and the stream holds the exchange until it has finished or is cancelled. So closures may hold the
/// connection, and must not hold the exchange.
package struct ProxyHooks {
    /// Answers the client, who has been answered nothing yet, with an error page or what else fits.
    ///
    /// Gives back nil when the answer has been sent within the call. Otherwise what is given back hears of the
    /// client's `writabilityChanged` and `cancel`, and of nothing else.
    package var showError: (ProxyError) -> (any Exchange)?
    /// How many `Set-Cookie` fields of an answer were dropped; not called for none.
    package var droppedCookies: (Int) -> Void
    /// The time for `Date`, where a service did not say it.
    package var now: () -> Instant
    /// Does what the head of a service's answer asks for, and then calls the closure, once, on the loop, within the call
    /// or later; nothing of the answer goes to the client before.
    package var settle: (StreamResponseHead, @escaping () -> Void) -> Void

    package init(
        showError: @escaping (ProxyError) -> (any Exchange)?,
        droppedCookies: @escaping (Int) -> Void = { _ in },
        now: @escaping () -> Instant = Instant.now,
        settle: @escaping (StreamResponseHead, @escaping () -> Void) -> Void = { _, proceed in proceed() }
    ) {
        self.showError = showError
        self.droppedCookies = droppedCookies
        self.now = now
        self.settle = settle
    }
}
