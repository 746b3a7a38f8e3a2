/// Decides what becomes of a refresh token that a client wants new tokens for.
///
/// Valid: fresh → used, once, with a successor. A used token that comes again within the grace, while its successor is
/// fresh, gets the same answer: its client has lost it. Later, or once the successor is used, somebody else has the
/// token, and the whole family ends (RFC 9700, section 4.14.2).
enum RefreshPolicy {
    /// A token as it is kept.
    struct Token: Sendable, Equatable {
        let client: String
        let expiresAt: Int64
        /// When it was used; nil while it is fresh.
        let usedAt: Int64?
        /// Whether the one that was given for it has been used.
        let isSuccessorUsed: Bool
        /// Whether the family has ended.
        let isGrantEnded: Bool
    }

    /// What to do.
    enum Decision: Equatable, Sendable {
        case rotate
        /// The answer that was given for it before is given again.
        case repeatAnswer
        case endGrant
        case refuse
    }

    static func decision(on token: Token?, client: String, now: Int64, grace: Int64) -> Decision {
        guard let token, token.client.utf8.elementsEqual(client.utf8), !token.isGrantEnded else { return .refuse }
        guard let usedAt = token.usedAt else { return now < token.expiresAt ? .rotate : .refuse }
        // A clock that has gone back is no reason to believe a thief.
        return !token.isSuccessorUsed && (0...grace).contains(now - usedAt) ? .repeatAnswer : .endGrant
    }
}
