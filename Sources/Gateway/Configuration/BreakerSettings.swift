/// When an upstream that fails is left alone, and for how long (`breaker:` of a service).
package struct BreakerSettings: Sendable, Equatable {
    /// Failures in a row that open it (`failures:`).
    package var failures = 5
    /// The share of failures among the requests of the window that opens it, in percent (`failure-rate:`).
    package var failureRate = 50
    /// Fewer requests than this in the window have no rate (`min-requests:`).
    package var minimumRequests = 20
    /// How far back requests count for the rate (`window:`).
    package var window = Duration.seconds(10)
    /// How long it stays open the first time; each time that no request succeeds in between it is twice as long (`open:`).
    package var open = Duration.seconds(2)
    /// The longest that it stays open (`max-open:`).
    package var maximumOpen = Duration.seconds(60)
    /// How often the service's health is asked for while it is open (`health-interval:`); `nil` for never.
    package var healthInterval: Duration? = .seconds(1)

    package init() {}
}
