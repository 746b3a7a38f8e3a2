import NIOCore

/// A part of a page that has been asked for.
struct PagePart {
    enum State {
        case waiting
        case served(CacheEntry, FragmentStep)
        case failed(FragmentFailure)
    }

    let bound: BoundUse
    var state: State
    /// A copy that may serve when the service fails.
    var held: CacheEntry?
    let started: NIODeadline
    let deadline: NIODeadline
    /// How long it was waited for; nil for what memory had.
    var elapsed: TimeAmount?
    var isTimed = false
}
