import FragmentProtocol
import NIOCore

/// One request for one copy of a fragment.
///
/// A class, so that it is handed from step to step and never copied; it belongs to its event loop.
final class FragmentWant {
    let bound: BoundUse
    let identifier: FragmentIdentifier
    /// Who asks, where the fragment is personal and the request has a session.
    let identity: Identity?
    let language: String
    /// When the page that asks goes on without it.
    let deadline: NIODeadline
    /// A copy past its time that was found on the way.
    var held: CacheEntry?
    /// The last purge that was known when it was asked for: an older answer does not do.
    let purgePosition: PurgePosition

    init(
        bound: BoundUse,
        identifier: FragmentIdentifier,
        identity: Identity?,
        language: String,
        deadline: NIODeadline,
        held: CacheEntry?,
        purgePosition: PurgePosition
    ) {
        self.bound = bound
        self.identifier = identifier
        self.identity = identity
        self.language = language
        self.deadline = deadline
        self.held = held
        self.purgePosition = purgePosition
    }

    var kind: StoredFragment.Kind { StoredFragment.Kind(self.bound.use) }
    /// What is left of the page that asks.
    var budget: Duration { .nanoseconds((self.deadline - .now()).nanoseconds) }
    /// Whether a copy of it may be kept at all, by its rule.
    var isKept: Bool { self.bound.freshness.ttl != .zero || self.bound.freshness.honourOrigin }
}

extension StoredFragment.Kind {
    /// What a use is for.
    init(_ use: FragmentUse) { self = use.kind == .data ? .json : .html }
}
