/// What is known at once of a cookie's value.
enum SessionFinding {
    case session(Session)
    /// It is no session's.
    case none
    /// It was one of somebody who was signed in, and is over.
    case ended
    /// It may be one of somebody who is signed in: the store is to be asked.
    case unasked
    /// The store cannot say.
    case unavailable
}

/// What turns a cookie's value into a session.
protocol SessionOpener {
    /// What is known at once of a value, which counts for the host that it was made for alone.
    func find(_ token: Span<UInt8>, host: String, now: Instant) -> SessionFinding
}

extension SessionSealer: SessionOpener {
    func find(_ token: Span<UInt8>, host: String, now: Instant) -> SessionFinding {
        self.open(token, host: host, now: now).map { .session($0) } ?? .none
    }
}
