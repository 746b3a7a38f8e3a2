/// The sealed session cookie (`session:`).
package struct SessionSettings: Sendable, Equatable {
    /// What the cookie's key is derived from (`key:`), 32 bytes or more; `nil` means a random one at each start.
    package let key: Secret?
    /// How long a session lasts without a visit (`lifetime:`).
    package let lifetime: Duration

    package init(key: Secret? = nil, lifetime: Duration = .seconds(14 * 86_400)) {
        self.key = key
        self.lifetime = lifetime
    }
}
