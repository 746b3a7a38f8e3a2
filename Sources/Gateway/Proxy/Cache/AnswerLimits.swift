/// The bounds of stored answers.
struct AnswerLimits: Equatable, Sendable {
    /// Bytes of the largest content that is stored (`services.NAME.cache-max-size`).
    var size: Int
    /// Longest time in which the service moves no byte, and that another's answer is waited for
    /// (`limits.pass-through-timeout`).
    var idleTimeout: Duration
}
