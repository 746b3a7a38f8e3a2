/// Decides what becomes of a request to sign out (OpenID Connect RP-Initiated Logout 1.0).
enum EndSessionPolicy {
    /// What the client's identity token says; it may have expired.
    struct Hint: Sendable, Equatable {
        let client: String
        let subject: String
        let session: String
    }

    /// What a client asks for.
    struct Question: Sendable, Equatable {
        /// nil when no token was sent, or one that is not of this server.
        var hint: Hint?
        /// The parameter `client_id`, when it is a client's.
        var client: String?
        /// Whether `client_id` was sent and is no client's.
        var isClientUnknown = false
        /// The address to go to afterwards, when the client is registered with it.
        var registeredURI: String?
    }

    /// What to do.
    enum Decision: Equatable, Sendable {
        /// These sessions end, and the browser goes to the client's address, or to a page that says so.
        case end(sessions: [String], goTo: String?)
        /// Only the person can say whether they want it.
        case ask(goTo: String?)
        case refuse(OAuthError)
    }

    /// Decides.
    ///
    /// - Parameters:
    ///   - question: What the client asks for.
    ///   - subject: Who is signed in in the browser; nil for nobody.
    ///   - session: Their session.
    /// - Returns: What to do.
    static func decision(on question: Question, subject: String?, session: String?) -> Decision {
        if question.isClientUnknown {
            return .refuse(OAuthError(.invalidClient, "client_id is no client that is known here"))
        }
        if let hint = question.hint, let client = question.client, hint.client != client {
            return .refuse(OAuthError(.invalidRequest, "client_id is not the client of id_token_hint"))
        }
        guard let subject, let session else {
            // Nobody is signed in in this browser; what the hint names may live in another one, and ends.
            return .end(sessions: question.hint.map { [$0.session] } ?? [], goTo: question.registeredURI)
        }
        guard let hint = question.hint, hint.subject == subject else { return .ask(goTo: question.registeredURI) }
        return .end(
            sessions: hint.session == session ? [session] : [hint.session, session],
            goTo: question.registeredURI
        )
    }
}
