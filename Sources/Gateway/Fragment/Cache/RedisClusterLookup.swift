import NIOCore

/// A lookup of several keys that several servers answer, until all have, or the time is over.
final class RedisClusterLookup {
    private let eventLoop: any EventLoop
    private let deadline: NIODeadline
    private var fragments: [StoredFragment?]
    private var missing: Int
    private var completion: (([StoredFragment?]) -> Void)?
    private var timer: Scheduled<Void>?

    /// - Parameters:
    ///   - count: the number of keys.
    ///   - timeout: the time for all of them.
    ///   - eventLoop: the loop on which everything happens.
    ///   - completion: called once, with as many values, nil for a miss.
    init(
        count: Int,
        timeout: Duration,
        eventLoop: any EventLoop,
        completion: @escaping ([StoredFragment?]) -> Void
    ) {
        self.deadline = eventLoop.now + TimeAmount(timeout)
        self.eventLoop = eventLoop
        self.fragments = Array(repeating: nil, count: count)
        self.missing = count
        self.completion = completion
    }

    /// Takes the value of a key, by the position that it was asked for at.
    func answer(_ position: Int, _ fragment: StoredFragment?) {
        self.fragments[position] = fragment
        self.skip(1)
    }

    /// Waits no longer for so many keys, which are misses.
    func skip(_ count: Int) {
        self.missing -= count
        if self.missing <= 0 { self.finish() }
    }

    /// Ends it when the time is over, whatever has been answered by then.
    ///
    /// Each command has that time on its own, so this is needed only where one is sent again.
    func limit() {
        guard self.timer == nil, self.completion != nil else { return }
        self.timer = self.eventLoop.assumeIsolated().scheduleTask(deadline: self.deadline) {
            self.finish()
        }
    }

    private func finish() {
        self.timer?.cancel()
        self.timer = nil
        guard let completion else { return }
        self.completion = nil
        completion(self.fragments)
    }
}
