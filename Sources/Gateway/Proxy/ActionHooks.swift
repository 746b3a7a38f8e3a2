package import FragmentProtocol
package import NIOCore

/// What becomes of a form that was posted.
package enum ActionAdmission: Sendable {
    /// Its fields go to the service, but for the gateway's own one.
    case admitted(values: [(name: String, value: String)])
    /// The client is answered with an error of this status: 403 for a forged request, 400 for what is no form.
    case refused(status: Int)
    /// Its token is not of the session that there is now: the page was open while somebody signed in or out.
    case outOfDate(values: [(name: String, value: String)])
}

/// What an ``ActionExchange`` asks of the pipeline beside ``ProxyHooks``; the same rules hold.
package struct ActionHooks {
    /// Decides on the whole form: origin, session and token, which is in its field ``CSRFPolicy/fieldName``.
    package var admit: (ByteBuffer) -> ActionAdmission
    /// Makes the value of `Gateway-Identity` for the service; nil when nobody is told of.
    ///
    /// Asked for an admitted form only.
    package var identity: () -> String?
    /// Purges, begins the session and keeps the flash message of what the service accepted, and then calls the closure,
    /// once, on the loop, within the call or later, with header fields for the client (such as `Set-Cookie`), or with why
    /// what was asked for could not be done.
    package var accepted:
        (ActionAnswer, @escaping (Result<[(name: String, value: String)], ProxyError>) -> Void) -> Void
    /// Shows the form again, with status 422: what is wrong by field, and the fields without the token.
    ///
    /// Gives back what ``ProxyHooks/showError`` gives back.
    package var showInvalid: ([String: String], [(name: String, value: String)]) -> (any Exchange)?
    /// Shows a form again that is out of date, with status 403 and the fields without the token; nil shows the error alone.
    package var showOutOfDate: (([(name: String, value: String)]) -> (any Exchange)?)?
    package var proxy: ProxyHooks

    package init(
        proxy: ProxyHooks,
        admit: @escaping (ByteBuffer) -> ActionAdmission,
        identity: @escaping () -> String?,
        accepted:
            @escaping (ActionAnswer, @escaping (Result<[(name: String, value: String)], ProxyError>) -> Void) -> Void,
        showInvalid: @escaping ([String: String], [(name: String, value: String)]) -> (any Exchange)?,
        showOutOfDate: (([(name: String, value: String)]) -> (any Exchange)?)? = nil
    ) {
        self.proxy = proxy
        self.admit = admit
        self.identity = identity
        self.accepted = accepted
        self.showInvalid = showInvalid
        self.showOutOfDate = showOutOfDate
    }
}

/// The bounds of an action.
package struct ActionLimits: Equatable, Sendable {
    /// Bytes of a form.
    package var form: Int
    /// Bytes of the service's JSON.
    package var answer: Int
    /// Longest time in which the service moves no byte (`limits.pass-through-timeout`).
    package var idleTimeout: Duration

    package init(form: Int = 1 << 20, answer: Int = 1 << 20, idleTimeout: Duration = .seconds(60)) {
        self.form = form
        self.answer = answer
        self.idleTimeout = idleTimeout
    }
}
