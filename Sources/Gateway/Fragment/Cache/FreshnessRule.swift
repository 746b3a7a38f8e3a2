/// What gateway.yaml says about the caching of an answer.
package struct FreshnessRule: Sendable, Hashable {
    /// How long a copy is fresh; nil when the service decides.
    package var ttl: Duration?
    /// How long a stale copy is served while it is refreshed; nil when the service decides.
    package var staleWhileRevalidate: Duration?
    /// How long a stale copy is served when the service fails; nil when the service decides.
    package var staleIfError: Duration?
    /// How long a `4xx` is remembered.
    package var negativeTTL: Duration
    /// Whether the service's headers win over the numbers of the rule, which then only fill in.
    package var honourOrigin: Bool

    package init(
        ttl: Duration? = nil,
        staleWhileRevalidate: Duration? = nil,
        staleIfError: Duration? = nil,
        negativeTTL: Duration = .seconds(5),
        honourOrigin: Bool = false
    ) {
        self.ttl = ttl
        self.staleWhileRevalidate = staleWhileRevalidate
        self.staleIfError = staleIfError
        self.negativeTTL = negativeTTL
        self.honourOrigin = honourOrigin
    }
}
