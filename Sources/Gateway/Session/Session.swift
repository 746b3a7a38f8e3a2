import FragmentProtocol
import OpenSSL

/// Who a browser is, as far as the gateway knows: somebody who is signed in, or a person without a name, by the random id
/// that the cookie holds.
///
/// A class, since it is handed through the steps of every page with a session: each copy of its texts would be counted.
package final class Session: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
    /// The id of the session, 16 random bytes; it stays when the cookie is renewed.
    let id: SessionIdentifier
    /// When the cookie was sealed; of somebody who is signed in, when the session began.
    package let sealedAt: Instant
    /// The host that the session is of.
    package let host: String
    /// Who asks, for the identity assertion: the person's name at the provider, or `anon:` and the id in hexadecimal digits.
    package let subject: String
    /// What an unsafe request of this session must hold, as a form's field or as a header.
    package let csrfToken: String
    /// A name for the session that gives neither the cookie nor the CSRF token, for services and logs.
    package let sessionHash: String
    /// Who is signed in; nil for a person without a name.
    package let owner: SessionOwner?

    init(
        id: SessionIdentifier,
        sealedAt: Instant,
        host: String,
        subject: String,
        csrfToken: String,
        sessionHash: String,
        owner: SessionOwner? = nil
    ) {
        self.id = id
        self.sealedAt = sealedAt
        self.host = host
        self.subject = subject
        self.csrfToken = csrfToken
        self.sessionHash = sessionHash
        self.owner = owner
    }

    package static func == (left: Session, right: Session) -> Bool {
        left === right
            || (left.id == right.id && left.sealedAt == right.sealedAt && left.host == right.host
                && left.subject == right.subject && left.csrfToken == right.csrfToken
                && left.sessionHash == right.sessionHash && left.owner == right.owner)
    }

    /// Who is signed in; nil for a person without a name.
    package var person: Person? { self.owner?.person }
    /// The subject that the browser had on this host before the sign-in.
    package var formerSubject: String? { self.owner?.formerSubject }

    /// Who asks, as the services are told.
    var identity: Identity {
        self.owner?.identity ?? Identity(subject: self.subject, sessionHash: self.sessionHash)
    }

    /// Whether a token is the session's, in a time that tells nothing of where the two differ.
    func accepts(_ token: Span<UInt8>) -> Bool {
        let expected = Array(self.csrfToken.utf8)
        return ConstantTime.areEqual(expected.span, token)
    }

    /// Its hash alone: the rest would let a reader of a log act as the browser.
    package var description: String { "Session(\(self.sessionHash))" }

    package var customMirror: Mirror {
        Mirror(self, children: ["sessionHash": self.sessionHash], displayStyle: .class)
    }
}
