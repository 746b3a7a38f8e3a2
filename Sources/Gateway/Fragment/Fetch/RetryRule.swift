import Curl

/// Whether a failed attempt may be made once more (RFC 9110 section 9.2.2).
enum RetryRule {
    /// True when the peer has seen nothing and there is another one, or when repeating does no harm.
    ///
    /// An upstream that cannot be connected to is not asked again at once, and a streamed body that has been begun cannot be had again.
    static func allows(
        after error: TransferError,
        method: String,
        hasAlternatives: Bool,
        isBodyTouched: Bool = false
    ) -> Bool {
        guard !isBodyTouched else { return false }
        switch (error.progress, error.code) {
        case (.unconnected, .connect):
            return hasAlternatives
        case (.requested, .reset):
            return ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"].contains(method)
        default:
            return false
        }
    }
}
