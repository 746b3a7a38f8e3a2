import OpenSSL

/// Who a browser is, as far as the gateway knows: a person without a name, by the random id that the cookie holds.
package struct Session: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
    /// The id of the session, 16 random bytes; it stays when the cookie is renewed.
    let id: SessionIdentifier
    /// When the cookie was sealed.
    package let sealedAt: Instant
    /// The host that the session is of.
    package let host: String
    /// Who asks, for the identity assertion: `anon:` and the id in hexadecimal digits.
    package let subject: String
    /// What an unsafe request of this session must hold, as a form's field or as a header.
    package let csrfToken: String
    /// A name for the session that gives neither the cookie nor the CSRF token, for services and logs.
    package let sessionHash: String

    /// Whether a token is the session's, in a time that tells nothing of where the two differ.
    func accepts(_ token: Span<UInt8>) -> Bool {
        let expected = Array(self.csrfToken.utf8)
        return ConstantTime.areEqual(expected.span, token)
    }

    /// Its hash alone: the rest would let a reader of a log act as the browser.
    package var description: String { "Session(\(self.sessionHash))" }

    package var customMirror: Mirror {
        Mirror(self, children: ["sessionHash": self.sessionHash], displayStyle: .struct)
    }
}
