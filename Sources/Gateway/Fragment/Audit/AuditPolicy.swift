/// Tells whether a fragment that everybody shares depends on who asks, from answers that were asked for differently.
enum AuditPolicy {
    /// What is compared of an answer.
    struct Answer: Equatable {
        var status: Int
        var body: [UInt8]
    }

    enum Verdict: Equatable {
        /// The answers are the same: it does not depend on who asks.
        case same
        /// The answer to somebody names them, or differs though the answers to nobody do not.
        case dependsOnIdentity
        /// The answers to nobody differ from each other too, and nothing of the asker is in theirs.
        case changesByItself
    }

    /// Whether a further answer to nobody is needed to tell.
    static func needsSecond(shared: Answer, identified: Answer, marker: String) -> Bool {
        shared != identified && !Self.names(identified, marker)
    }

    /// - Parameters:
    ///   - shared: the answer that would be shared, asked for without an identity.
    ///   - identified: the answer to somebody who does not exist.
    ///   - marker: a text in that identity which is nowhere else.
    ///   - again: the answer to nobody once more, where it was needed.
    /// - Returns: what the answers prove.
    static func verdict(shared: Answer, identified: Answer, marker: String, again: Answer?) -> Verdict {
        if shared == identified { return .same }
        if Self.names(identified, marker) { return .dependsOnIdentity }
        return again == shared ? .dependsOnIdentity : .changesByItself
    }

    private static func names(_ answer: Answer, _ marker: String) -> Bool {
        let marker = Array(marker.utf8)
        guard !marker.isEmpty, answer.body.count >= marker.count else { return false }
        return answer.body.indices.dropLast(marker.count - 1).contains { start in
            answer.body[start] == marker[0] && answer.body[start..<start + marker.count].elementsEqual(marker)
        }
    }
}
