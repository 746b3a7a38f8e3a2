/// What has been purged, as one event loop knows it, and what that means for a copy.
///
/// One record ends any number of copies: none is looked for. A copy is judged when it is used for the first time since
/// the log has changed, which its ``generation`` tells.
package final class PurgeLog {
    /// What a copy is worth.
    package enum Verdict: Hashable, Sendable {
        /// No purge concerns it.
        case valid
        /// It is stale from this moment on, and may be served until its time is over, while it is refreshed.
        case staleFrom(Instant)
        /// It is as if its time had been over at this moment.
        case overAt(Instant)
        /// It must not be served.
        case ended
    }

    /// How well the log is known.
    package enum Knowledge: Hashable, Sendable {
        /// Every purge is known as soon as it has happened.
        case current
        /// Nobody knows what has been purged elsewhere; copies are fresh for this long after their fetch at most.
        case cutOff(longestAge: Duration)
    }

    private let hasher: CacheKeyHasher
    private var everything = PurgeTimes()
    /// What was purged by service, fragment or tag.
    private var names: PurgeTimeTable
    /// What was purged by its URL, apart from the rest: changes of services do it often, and concern no fragment.
    private var urls: PurgeTimeTable
    /// Purges before this place are not known one by one: a copy that is older may have been purged.
    private var floor = PurgePosition.start
    /// The last purge that is known.
    package private(set) var position = PurgePosition.start
    package private(set) var knowledge = Knowledge.current
    /// Whether the purges of the past are known, and with them what is in Redis can be judged.
    package private(set) var isRead: Bool
    /// Grows with each change, from 1 on.
    package private(set) var generation: UInt64 = 1

    /// An empty log.
    ///
    /// - Parameters:
    ///   - hasher: makes the keys under which targets are remembered.
    ///   - limit: the most targets that are remembered, and the most URLs; those purged longest ago are forgotten, and
    ///     every copy that is as old as they are and could be meant ends with them.
    ///   - isRead: whether there is no past to be read first.
    package init(hasher: CacheKeyHasher, limit: Int = 65536, isRead: Bool = true) {
        self.hasher = hasher
        self.names = PurgeTimeTable(limit: limit)
        self.urls = PurgeTimeTable(limit: limit)
        self.isRead = isRead
    }

    /// The number of targets that are remembered.
    package var count: Int { self.names.count + self.urls.count }

    /// Takes in purges of one place, later than all before it; false, with nothing done, when it is not.
    @discardableResult
    package func apply(_ records: [PurgeRecord], at position: PurgePosition, now: Instant) -> Bool {
        guard position > self.position else { return false }
        self.position = position
        self.generation += 1
        for record in records {
            switch record.target {
            case .everything: self.everything.note(record.mode, position, now)
            case .url: self.urls.note(record.mode, of: self.key(record.target), position, now)
            case .service, .fragment, .reference, .tag:
                self.names.note(record.mode, of: self.key(record.target), position, now)
            }
        }
        return true
    }

    /// Ends every copy whose fetch began before a place: what was purged before it is not known.
    package func endAll(before position: PurgePosition) {
        guard position > self.floor else { return }
        self.floor = position
        self.generation += 1
    }

    /// Tells that the past has been read.
    package func setRead() {
        guard !self.isRead else { return }
        self.isRead = true
        self.generation += 1
    }

    /// Tells how well the log is known from now on.
    package func setKnowledge(_ knowledge: Knowledge) {
        guard knowledge != self.knowledge else { return }
        self.knowledge = knowledge
        self.generation += 1
    }

    /// What a copy is worth that is known by a text (``FragmentIdentifier/text``, ``AnswerAddress/text``).
    package func verdict(on fragment: StoredFragment, named text: String) -> Verdict {
        let stamp = fragment.purgePosition
        if stamp < self.floor || stamp < self.everything.hard || stamp < self.names.floor { return .ended }
        var softened = Instant.distantFuture
        if stamp < self.everything.soft { softened = self.everything.softenedAt }
        if fragment.kind == .answer {
            if stamp < self.urls.floor { return .ended }
            if self.urls.count > 0, let url = AnswerAddress.parts(of: text)?.url {
                guard let end = self.urls.end(of: self.hasher.hash("url:\(url)"), stamp) else { return .ended }
                softened = min(softened, end)
            }
        }
        if self.names.count > 0 {
            for name in PurgeableNames(text: text, tags: fragment.tags) {
                guard let end = self.names.end(of: self.hasher.hash(name), stamp) else { return .ended }
                softened = min(softened, end)
            }
        }
        if case .cutOff(let longestAge) = self.knowledge {
            let end = fragment.requestedAt + longestAge
            if end <= softened, end < fragment.freshUntil { return .overAt(end) }
        }
        return softened < fragment.freshUntil ? .staleFrom(softened) : .valid
    }

    /// The copy as it may be used: itself, the same with less time, or nil.
    package func admitted(_ fragment: StoredFragment, named text: String) -> StoredFragment? {
        fragment.under(self.verdict(on: fragment, named: text))
    }

    private func key(_ target: PurgeTarget) -> CacheKey { self.hasher.hash(target.description) }
}

extension StoredFragment {
    /// The copy as a verdict leaves it; nil when it has ended.
    func under(_ verdict: PurgeLog.Verdict) -> StoredFragment? {
        switch verdict {
        case .valid: self
        case .staleFrom(let moment): self.stale(from: moment)
        case .overAt(let moment): self.over(at: moment)
        case .ended: nil
        }
    }
}
