/// What is stored for an address in the place of an answer, where its answers vary by header fields of the request.
///
/// It names the fields (RFC 9111, section 4.1); the answers lie under keys that their values are part of.
struct AnswerVariants: Equatable, Sendable {
    /// The most fields; answers that vary by more are not stored.
    static let limit = 32

    /// The names of the fields, in small letters, sorted, at least one.
    var names: [String]
    /// A number by which the answers' keys differ from those of an earlier life of the address: what an invalidation
    /// ended cannot be found again.
    var generation: UInt64
}
