import FragmentProtocol
import GRDB

/// The member who is signed in in a browser, by the gateway's word.
struct PresentPerson: Sendable, Equatable {
    let signedIn: AuthorizePolicy.SignedIn
    let methods: [String]
    /// The provider's session: that of the gateway on this host, hashed.
    let session: String

    /// The person of an identity.
    ///
    /// It is nobody when nobody is signed in, when the identity tells too little to sign anybody in elsewhere, when the
    /// session has been ended here, or when it is of nobody who is known here.
    init?(_ identity: Identity?, in database: Database) throws {
        guard let identity, !identity.isAnonymous, let session = identity.sessionHash,
            let authenticatedAt = identity.authenticatedAt,
            try EndedSession.fetchOne(database, key: session) == nil,
            try SiteMember.find(subject: identity.subject, in: database) != nil
        else { return nil }
        signedIn = AuthorizePolicy.SignedIn(subject: identity.subject, authenticatedAt: authenticatedAt)
        methods = identity.methods ?? []
        self.session = session
    }
}
