/// Why an unsafe request is not passed on; each is answered with `403`.
package enum CSRFRefusal: String, Sendable, Equatable, CaseIterable {
    case foreignSite = "the request comes from a page of another site or host"
    case foreignOrigin = "the request's origin is not this host"
    case noProof = "the request does not say which page it comes from"
    case sessionEnded = "the session is over"
    case missingToken = "the form's token is missing"
    case wrongToken = "the form's token is not the one of this session"
}

/// Decides which unsafe requests may change anything, so that no page of another host can act for its visitors.
///
/// It has two steps, since a form's token stands in the body: ``admission(method:origin:isCookiePresent:)`` decides from
/// the head, before a byte of the body is read, and ``refusal(of:session:)`` checks the token.
package enum CSRFPolicy {
    /// The form's field that holds the token.
    package static let fieldName = "csrf"

    /// What the head of a request gives it.
    package enum Admission: Sendable, Equatable {
        /// The method is safe: nothing has to be shown.
        case safe
        /// It may go on without anybody's identity: a client that is no browser, or a page of this host without a
        /// session. What it can do, anybody can.
        case withoutIdentity
        /// It may go on for its session once ``CSRFPolicy/refusal(of:session:)`` accepts its token.
        case tokenNeeded
        case refused(CSRFRefusal)
    }

    /// Decides from a request's head.
    ///
    /// - Parameters:
    ///   - method: the method of the request.
    ///   - origin: what the browser says of where the request comes from.
    ///   - isCookiePresent: whether there is a session cookie, be it valid or not.
    /// - Returns: whether the request may go on, and as whose.
    package static func admission(
        method: RequestMethod,
        origin: OwnOriginPolicy.Verdict,
        isCookiePresent: Bool
    ) -> Admission {
        if method.isSafe { return .safe }
        switch (origin, isCookiePresent) {
        case (.refused(let refusal), _): return .refused(refusal)
        case (.unsaid, true): return .refused(.noProof)
        case (.proven, true): return .tokenNeeded
        case (.proven, false), (.unsaid, false): return .withoutIdentity
        }
    }

    /// Why the token of a request does not fit its session; nil when it does.
    ///
    /// - Parameters:
    ///   - token: what the form's field or the header `X-CSRF-Token` holds; empty when there is none.
    ///   - session: the session; nil when its cookie is not valid.
    /// - Returns: the reason to refuse it, or nil.
    package static func refusal(of token: Span<UInt8>, session: Session?) -> CSRFRefusal? {
        guard let session else { return .sessionEnded }
        guard !token.isEmpty else { return .missingToken }
        return session.accepts(token) ? nil : .wrongToken
    }

    /// Why the token of a request, at hand as text, does not fit its session.
    package static func refusal(of token: String, session: Session?) -> CSRFRefusal? {
        let bytes = Array(token.utf8)
        return self.refusal(of: bytes.span, session: session)
    }
}
