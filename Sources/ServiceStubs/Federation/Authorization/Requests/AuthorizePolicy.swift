/// Decides what becomes of an authorization request now.
///
/// A request is looked at each time a browser comes with it: first as the client sent it, then again after the person has
/// signed in, and after they have consented. What they did for this request is written down with it.
enum AuthorizePolicy {
    /// Who is signed in in the browser, by the gateway's word.
    struct SignedIn: Sendable, Equatable {
        let subject: String
        let authenticatedAt: Int64
    }

    /// What the person has done for this request already.
    struct Progress: Sendable, Equatable {
        /// The sign-in that was made for it.
        var signIn: SignedIn?
        /// Who has consented to it.
        var consentedSubject: String?
        /// Whether the person has said no.
        var isDenied = false
    }

    /// What to do.
    enum Decision: Equatable, Sendable {
        /// The person has to prove who they are.
        case signIn
        /// They have, but the browser brought no session back: it takes no cookies.
        case sessionLost
        /// The person has to agree.
        case askForConsent
        case issueCode
        case refuse(OAuthError)
    }

    /// Decides.
    ///
    /// - Parameters:
    ///   - request: What the client wants.
    ///   - signedIn: Who is signed in; nil for nobody.
    ///   - progress: What was done for the request.
    ///   - isConsentGiven: Whether nobody needs to be asked: the client is of the site, or was agreed to before.
    ///   - now: Seconds since 1970.
    /// - Returns: What to do.
    static func decision(
        on request: AuthorizationRequest,
        signedIn: SignedIn?,
        progress: Progress,
        isConsentGiven: Bool,
        now: Int64
    ) -> Decision {
        if progress.isDenied { return .refuse(OAuthError(.accessDenied, "the person has not agreed")) }
        let isSilent = request.prompts.contains(.none)
        guard let signedIn else {
            if isSilent { return .refuse(OAuthError(.loginRequired, "nobody is signed in")) }
            return progress.signIn == nil ? .signIn : .sessionLost
        }
        let hasJustSignedIn = progress.signIn == signedIn
        if let hinted = request.hintedSubject, hinted != signedIn.subject {
            // After the sign-in of somebody else there is nothing left to try.
            return isSilent || hasJustSignedIn
                ? .refuse(OAuthError(.loginRequired, "somebody else is signed in than id_token_hint names")) : .signIn
        }
        if !hasJustSignedIn, needsSignIn(request, signedIn: signedIn, now: now) {
            return isSilent ? .refuse(OAuthError(.loginRequired, "the sign-in is longer ago than max_age")) : .signIn
        }
        let mustAsk = request.prompts.contains(.consent) || !isConsentGiven
        if mustAsk, progress.consentedSubject != signedIn.subject {
            return isSilent ? .refuse(OAuthError(.consentRequired, "the person has to agree first")) : .askForConsent
        }
        return .issueCode
    }

    /// Whether a session that is there is not enough.
    private static func needsSignIn(_ request: AuthorizationRequest, signedIn: SignedIn, now: Int64) -> Bool {
        if request.prompts.contains(.login) || request.prompts.contains(.selectAccount) { return true }
        guard let greatestAge = request.greatestAge else { return false }
        return greatestAge == 0 || now - signedIn.authenticatedAt > greatestAge
    }
}
