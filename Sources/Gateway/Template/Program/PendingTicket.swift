/// What a page waits for; the host gives tickets out and knows when each is done.
package struct PendingTicket: Hashable, Sendable {
    /// The host's own number for it; never negative.
    package let rawValue: Int

    /// A ticket with the host's own number.
    package init(rawValue: Int) {
        self.rawValue = rawValue
    }
}
