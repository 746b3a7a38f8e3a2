import NIOCore

/// How long the first bytes of a page wait for the rest, so that a page whose services answer at once leaves whole.
///
/// On a loop that is busy, answers of services wait in the same queue as everything else: sending pages in pieces would
/// only keep it busier. How late the loop comes to its own timer tells how long that queue is, and for some of its
/// lengths first bytes wait on; a request, its fetches and their answers each pass through it once.
struct HoldPolicy {
    /// `limits.stream-after`.
    let delay: TimeAmount
    /// What the loop's lateness was of late: its largest, forgotten by a quarter at each timer.
    private(set) var lag = TimeAmount.zero

    /// Lengths of the loop's queue that first bytes wait for.
    private static let queueLengths: Int64 = 4
    /// Most delays that first bytes wait, however busy the loop is.
    private static let mostDelays: Int64 = 16

    init(delay: TimeAmount) { self.delay = delay }

    /// How long first bytes wait at the moment.
    private var patience: TimeAmount {
        .nanoseconds(
            min(delay.nanoseconds + Self.queueLengths * lag.nanoseconds, Self.mostDelays * delay.nanoseconds)
        )
    }

    /// When a timer is due for those that have waited since a moment.
    ///
    /// From one timer to the next it is half a delay at least: one serves all that begin meanwhile.
    func due(since start: NIODeadline, after timer: NIODeadline? = nil) -> NIODeadline {
        guard let timer else { return start + patience }
        return max(start + patience, timer + .nanoseconds(delay.nanoseconds / 2))
    }

    /// Notes when the loop came to a timer, and tells until when those began to wait who have waited for long enough.
    ///
    /// They are judged by what was known when the timer was set: its own lateness is news for the next ones.
    mutating func timerFired(at now: NIODeadline, due: NIODeadline) -> NIODeadline {
        let patience = patience
        lag = max(now - due, lag - .nanoseconds(lag.nanoseconds / 4))
        return now - patience
    }
}

extension HoldPolicy {
    init(_ site: Site) { self.init(delay: .nanoseconds(site.configuration.limits.streamAfter.nanoseconds)) }
}
