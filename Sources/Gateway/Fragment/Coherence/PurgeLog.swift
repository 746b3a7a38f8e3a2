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

    private struct Times {
        var hard = PurgePosition.start
        var soft = PurgePosition.start
        /// When the soft purge became known here.
        var softenedAt = Instant.distantPast
        var latest: PurgePosition { max(self.hard, self.soft) }
    }

    private let hasher: CacheKeyHasher
    private let limit: Int
    private var times: [CacheKey: Times] = [:]
    private var everything = Times()
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
    ///   - limit: the most targets that are remembered; those purged longest ago are forgotten, and every copy
    ///     that is as old as they are ends with them.
    ///   - isRead: whether there is no past to be read first.
    package init(hasher: CacheKeyHasher, limit: Int = 65536, isRead: Bool = true) {
        self.hasher = hasher
        self.limit = max(1, limit)
        self.isRead = isRead
    }

    /// The number of targets that are remembered.
    package var count: Int { self.times.count }

    /// Takes in purges of one place, later than all before it.
    package func apply(_ records: [PurgeRecord], at position: PurgePosition, now: Instant) {
        guard position > self.position else { return }
        self.position = position
        self.generation += 1
        for record in records {
            if record.target == .everything {
                Self.note(record.mode, in: &self.everything, position, now)
            } else {
                Self.note(record.mode, in: &self.times[self.key(record.target), default: Times()], position, now)
            }
        }
        if self.times.count > self.limit { self.forgetOldest() }
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

    /// What a copy is worth that is known by a text (``FragmentIdentifier/text``).
    package func verdict(on fragment: StoredFragment, named text: String) -> Verdict {
        let stamp = fragment.purgePosition
        if stamp < self.floor || stamp < self.everything.hard { return .ended }
        var softened = Instant.distantFuture
        if stamp < self.everything.soft { softened = self.everything.softenedAt }
        if !self.times.isEmpty {
            for target in PurgeableNames(text: text, tags: fragment.tags) {
                guard let times = self.times[self.hasher.hash(target)] else { continue }
                if stamp < times.hard { return .ended }
                if stamp < times.soft { softened = min(softened, times.softenedAt) }
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

    private static func note(
        _ mode: PurgeRecord.Mode,
        in times: inout Times,
        _ position: PurgePosition,
        _ now: Instant
    ) {
        switch mode {
        case .hard: times.hard = position
        case .soft:
            times.soft = position
            times.softenedAt = now
        }
    }

    private func key(_ target: PurgeTarget) -> CacheKey { self.hasher.hash(target.description) }

    /// Forgets half of the targets, those purged longest ago.
    private func forgetOldest() {
        let ordered = self.times.values.map(\.latest).sorted()
        let newestForgotten = ordered[ordered.count / 2]
        self.times = self.times.filter { $0.value.latest > newestForgotten }
        self.floor = max(self.floor, newestForgotten)
    }
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

/// The targets under which a copy can be purged, but for `all`, as ``PurgeTarget/description`` spells them.
struct PurgeableNames: Sequence, IteratorProtocol {
    private enum Step {
        case service
        case fragment
        case reference
        case tag(Int)
    }

    /// The reference of the copy, without what else it varies by.
    private let reference: Substring.UTF8View
    private let tags: [String]
    private var step = Step.service

    init(text: String, tags: [String]) {
        self.reference = text.utf8.prefix { $0 != UInt8(ascii: "|") }
        self.tags = tags
    }

    mutating func next() -> String? {
        switch self.step {
        case .service:
            self.step = .fragment
            return "service:" + String(Substring(self.reference.prefix { $0 != UInt8(ascii: "/") }))
        case .fragment:
            self.step = .reference
            return "fragment:" + String(Substring(self.reference.prefix { $0 != UInt8(ascii: "?") }))
        case .reference:
            self.step = .tag(0)
            guard self.reference.contains(UInt8(ascii: "?")) else { return self.next() }
            return "fragment:" + String(Substring(self.reference))
        case .tag(let index):
            guard index < self.tags.count else { return nil }
            self.step = .tag(index + 1)
            return "tag:" + self.tags[index]
        }
    }
}
