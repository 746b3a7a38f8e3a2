package import FragmentProtocol

/// A name that every template can reach without declaring it.
package enum RootName: String, Sendable, CaseIterable, BitwiseCopyable {
    /// The request: `host path method url lang id`.
    case request
    /// The captures of the page's route.
    case path
    /// The parameters of the request's query.
    case query
    /// Who is signed in: `subject name email roles`; none for anonymous visitors.
    case user
    /// The session: `csrf devices`.
    case session
    /// The map `site:` of gateway.yaml.
    case site
    /// The public addresses of the services, as `services.NAME.url`.
    case services
    /// What the page's primary fragment says of it: `title meta status`.
    case page
    /// Content-Security-Policy: `nonce`.
    case csp
    /// The moment of the request; a text of RFC 3339 or whole seconds since the Unix epoch, read by the filter `date`.
    case now
    /// The values of a form that was not accepted.
    case form
    /// What is wrong with a form that was not accepted.
    case errors
    /// The message of what has just been done, on the one page after it; none otherwise.
    case flash
}

/// What became of an insertion.
package enum InsertStep: Sendable {
    /// The host has written the body.
    case inserted
    /// There is neither an answer nor a stale copy; nothing has been written, and the `or` body is shown.
    case failed
    /// Nothing has been written; the machine asks again after the ticket's completion.
    case pending(PendingTicket)
}

/// What became of data.
package enum BindStep: Sendable {
    /// The JSON that the service answered.
    case value(Value)
    /// There is neither an answer nor a stale copy; the name is none.
    case failed
    /// On its way; the machine goes on, and asks again when the value is needed.
    case pending(PendingTicket)
}

/// What a page's machine asks of the world; belongs to one request on one event loop.
///
/// Parameters are nil where the use's ``FragmentUse/constantParameters`` hold.
package protocol PageHost {
    /// Writes the body of a fragment, or says why not.
    mutating func insert<Output: PageOutput>(
        _ use: FragmentUse,
        parameters: FragmentParameters?,
        into output: inout Output
    ) -> InsertStep

    /// The data of a use; a first call starts what is needed to get it.
    mutating func bind(_ use: FragmentUse, parameters: FragmentParameters?) -> BindStep

    /// Told by ``PageMachine/plan(host:)`` that the page will insert this fragment, as far as can be known now.
    ///
    /// The same fragment may be announced more than once.
    mutating func prefetch(_ use: FragmentUse, parameters: FragmentParameters?)

    /// The value of a name; pending when it is not known yet, as for `page` before the primary fragment's head.
    mutating func root(_ name: RootName) -> Value

    /// One member of a name, as in `csp.nonce`; nil when the machine shall ask for the whole by ``root(_:)`` instead.
    ///
    /// A host that answers the members of hot pages here need not make an object for each page.
    mutating func rootMember(_ name: RootName, _ member: String) -> Value?
}

extension PageHost {
    /// Always nil: the machine asks for the whole.
    package mutating func rootMember(_ name: RootName, _ member: String) -> Value? { nil }
}
