/// What a token says, before anybody has checked that it is so (RFC 7519, section 4).
struct TokenClaims: Sendable, Equatable {
    let members: [String: JSONTree]

    init(_ members: [String: JSONTree]) {
        self.members = members
    }

    /// The text of a claim; nil when it is not there or is something else.
    func text(_ name: String) -> String? { self.members[name]?.text }

    /// A moment, or whether the claim is there but is none.
    func moment(_ name: String) -> (value: Instant?, isBroken: Bool) {
        guard let member = self.members[name] else { return (nil, false) }
        let moment = member.moment
        return (moment, moment == nil)
    }

    /// Whether a claim is there at all.
    func has(_ name: String) -> Bool { self.members[name] != nil }

    /// Whom the token is for: one text or several; nil when the claim is something else (RFC 7519, section 4.1.3).
    var audiences: [String]? {
        guard let audience = self.members["aud"] else { return nil }
        return audience.text.map { [$0] } ?? audience.texts
    }
}

/// How far the clock of the provider may be from this one.
enum TokenClock {
    static let skew = Duration.seconds(60)
}
