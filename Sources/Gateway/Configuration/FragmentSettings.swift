/// What holds for one fragment: the first rule that matches, and defaults for what it does not say.
package struct FragmentSettings: Sendable, Equatable {
    /// How long a copy is fresh; `nil` when the service's headers decide.
    package let ttl: Duration?
    /// How long the service may take, to the last byte.
    package let timeout: Duration
    /// How long a stale copy is served while a new one is fetched; `nil` when the service's headers decide.
    package let staleWhileRevalidate: Duration?
    /// How long a stale copy is served when the service fails; `nil` when the service's headers decide.
    package let staleIfError: Duration?
    /// How long a `4xx` is remembered.
    package let negativeTTL: Duration
    /// What copies differ by: what the rule says, and what the service's manifest adds to it.
    package private(set) var vary: FragmentVariation
    /// What of it the manifest alone says.
    package private(set) var declaredVary: FragmentVariation = []
    /// Names for purging, besides those that the service gives.
    package let tags: [String]
    /// How often a request is repeated whose connection broke before an answer.
    package let retries: Int
    /// Whether a second request is made when the first takes longer than nearly all do.
    package let hedge: Bool
    /// The most bytes of a body.
    package let maximumSize: Int
    /// Whether the service's headers win over the numbers here.
    package let honourOrigin: Bool
    /// The rule that ruled; `nil` when none matched.
    package let rule: FragmentPattern?
    /// The line of that rule.
    package let line: Int?

    /// The settings by a rule, or the defaults.
    package init(rule: FragmentRule? = nil) {
        self.ttl = rule?.ttl
        self.timeout = rule?.timeout ?? .milliseconds(500)
        self.staleWhileRevalidate = rule?.staleWhileRevalidate
        self.staleIfError = rule?.staleIfError
        self.negativeTTL = rule?.negativeTTL ?? .seconds(5)
        self.vary = rule?.vary ?? []
        self.tags = rule?.tags ?? []
        self.retries = rule?.retries ?? 1
        self.hedge = rule?.hedge ?? false
        self.maximumSize = rule?.maximumSize ?? 1 << 20
        self.honourOrigin = rule?.honourOrigin ?? false
        self.rule = rule?.pattern
        self.line = rule?.position.line
    }

    /// The same with what the service's manifest declares that copies differ by.
    ///
    /// It can only add to the rule: copies that the rule keeps apart stay apart.
    func varying(asDeclared declared: FragmentVariation) -> FragmentSettings {
        var settings = self
        settings.declaredVary = declared.subtracting(self.vary)
        settings.vary.formUnion(declared)
        return settings
    }
}
