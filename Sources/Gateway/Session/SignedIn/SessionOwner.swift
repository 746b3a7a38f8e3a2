import FragmentProtocol

/// Who is signed in, in one session: a class, so that a session with one is handed around for one reference.
package final class SessionOwner: Sendable, Equatable {
    package let person: Person
    /// The subject that the browser had on this host before the sign-in.
    package let formerSubject: String?
    /// When the session began.
    package let began: Instant
    /// The provider's session that it came from.
    let providerSession: String
    /// The generation of the person's sessions when this one began.
    let generation: [UInt8]?
    /// The part of the cookie that opens what the store holds.
    let secret: [UInt8]
    /// When the access token ends, if there is a refresh token to get another one with.
    let accessEndsAt: Instant?
    /// Who asks, as the services are told.
    let identity: Identity
    /// What templates see of the person.
    let user: Value

    init(
        person: Person,
        formerSubject: String?,
        began: Instant,
        providerSession: String,
        generation: [UInt8]?,
        secret: [UInt8],
        accessEndsAt: Instant?,
        sessionHash: String
    ) {
        self.person = person
        self.formerSubject = formerSubject
        self.began = began
        self.providerSession = providerSession
        self.generation = generation
        self.secret = secret
        self.accessEndsAt = accessEndsAt
        self.identity = Identity(
            subject: person.subject,
            name: person.name,
            email: person.email,
            roles: person.roles,
            sessionHash: sessionHash,
            authenticatedAt: person.authenticatedAt.milliseconds / 1000,
            methods: person.methods,
            formerSubject: formerSubject
        )
        self.user = .object([
            "subject": .string(person.subject),
            "name": person.name.map { .string($0) } ?? .none,
            "email": person.email.map { .string($0) } ?? .none,
            "roles": .array(person.roles.map { .string($0) }),
        ])
    }

    package static func == (left: SessionOwner, right: SessionOwner) -> Bool {
        left === right
            || (left.person == right.person && left.formerSubject == right.formerSubject && left.began == right.began
                && left.providerSession == right.providerSession && left.secret == right.secret
                && left.accessEndsAt == right.accessEndsAt)
    }
}
