import Synchronization

/// One service's load and health, for metrics and the admin address.
package struct ServiceStatus: Sendable, Equatable {
    /// One of the service's upstreams.
    package struct Upstream: Sendable, Equatable {
        /// As gateway.yaml has it.
        package let address: String
        /// `closed`, `open` or `half-open`; `off` where there is no breaker.
        package let breaker: String
        /// Requests under way.
        package let inFlight: Int
        /// Requests that failed, since the start.
        package let failures: Int
        /// How often its breaker has opened, since the start.
        package let openings: Int
    }

    package let service: String
    package let fetches: Int
    package let waitingFetches: Int
    package let streams: Int
    package let waitingStreams: Int
    /// Second requests for fragments that took long, since the start.
    package let hedges: Int
    /// Requests that were made once more because a connection broke, since the start.
    package let retries: Int
    package let upstreams: [Upstream]

    /// The addresses of the upstreams that are left out at the moment.
    package var open: [String] { upstreams.filter { $0.breaker == "open" }.map(\.address) }
}

/// What has been counted of one upstream.
struct UpstreamTally {
    var failures = 0
    var openings = 0
}

extension ServiceGate {
    /// How many have a place and how many wait, and how the upstreams do.
    var status: ServiceStatus {
        state.withLock { state in
            ServiceStatus(
                service: service.name,
                fetches: state.fetches.counts.taken,
                waitingFetches: state.fetches.counts.waiting,
                streams: state.streams.counts.taken,
                waitingStreams: state.streams.counts.waiting,
                hedges: state.hedges,
                retries: state.retries,
                upstreams: service.upstreams.enumerated().map { index, upstream in
                    let (breaker, inFlight) = state.selection.state(index)
                    return ServiceStatus.Upstream(
                        address: upstream.description,
                        breaker: breaker?.name ?? "off",
                        inFlight: inFlight,
                        failures: state.tallies[index].failures,
                        openings: state.tallies[index].openings
                    )
                }
            )
        }
    }
}
