/// Decides for how long a session of somebody who is signed in counts as alive without asking the store.
///
/// So that a sign-out holds everywhere within ``longest``, whatever messages are lost; and so that a store that is away
/// for a moment signs nobody out.
package enum SessionFreshnessPolicy {
    /// The longest time after the store was asked that its answer is believed.
    package static let longest = Duration.seconds(1)
    /// After this time the store is asked again, while its last answer still serves: who keeps coming never waits.
    package static let early = Duration.milliseconds(500)
    /// How long a session goes on that was alive when the store was last reached.
    package static let outage = Duration.seconds(30)

    package enum Step: Sendable, Equatable {
        /// What is known serves.
        case use
        /// What is known serves, and the store is asked for the next time.
        case useAndAsk
        /// The request waits for the store.
        case ask
        /// The store cannot be reached: nothing is known of the visitor, and the cookie stays.
        case refuse
    }

    /// - Parameters:
    ///   - confirmed: how long ago the store was asked that last gave an answer; nil when it never has.
    ///   - failed: how long ago the store was asked in vain since; nil when it has not been.
    /// - Returns: what to do.
    package static func step(confirmed: Duration?, failed: Duration?) -> Step {
        // A clock that was put back tells nothing.
        let confirmed = confirmed.flatMap { $0 < .zero ? nil : $0 }
        if let confirmed {
            if confirmed < self.early { return .use }
            if confirmed < self.longest { return .useAndAsk }
        }
        guard let failed else { return .ask }
        let goesOn = confirmed.map { $0 < self.outage } ?? false
        if failed >= .zero, failed < self.longest { return goesOn ? .use : .refuse }
        return goesOn ? .useAndAsk : .ask
    }
}
