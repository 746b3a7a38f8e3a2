import Curl
import Synchronization

/// The requests that are made besides the first of a fetch: hedges and retries, each within its share of the load.
extension ServiceGate {
    /// How long a request is waited for before a second one is made; nil while too little is known of the service.
    var hedgeDelay: Duration? { state.withLock { $0.latencies.value } }

    /// Chooses an upstream for a second request beside one that is under way, with a place of its own: another upstream
    /// where there is one.
    ///
    /// Nil when the service's places are taken, its hedges have had their share, or no breaker admits it.
    func chooseHedge(besides index: Int) -> Choice? {
        let now = ContinuousClock.now
        let selected: UpstreamSelectionPolicy.Choice? = state.withLock { state in
            // A breaker that opens or closes waits for a request that is needed.
            guard state.closedBy == nil, state.hedgeBudget.allows, state.fetches.hasPlace,
                let selected = state.selection.chooseInUse(besides: index, now: now)
            else { return nil }
            _ = state.fetches.enterIfFree()
            _ = state.hedgeBudget.spend()
            state.hedges += 1
            return selected
        }
        return selected.map(choice)
    }

    /// Whether a request may be made once more after it failed; if so, it is counted.
    func mayRetry(after error: TransferError) -> Bool {
        state.withLock { state in
            // Each kept connection has brought an answer, so that these can never be more than the answers were.
            guard error.brokeKeptConnection || state.retryBudget.spend() else { return false }
            state.retries += 1
            return true
        }
    }
}
