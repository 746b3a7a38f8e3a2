import FragmentProtocol
import Synchronization

/// The fragments that turned out to depend on who asks though everybody would share them: none of them is kept any more,
/// on any event loop, until the site is loaded anew.
final class AuditBoard: Sendable {
    private struct State {
        var found: Set<FragmentName> = []
        var audits = 0
    }

    private let state = Mutex(State())

    /// Whether a fragment must not be shared.
    func isDemoted(_ name: FragmentName) -> Bool {
        self.state.withLock { !$0.found.isEmpty && $0.found.contains(name) }
    }

    /// Shares a fragment no more; whether that is news.
    func demote(_ name: FragmentName) -> Bool { self.state.withLock { $0.found.insert(name).inserted } }

    func countAudit() { self.state.withLock { $0.audits += 1 } }

    /// The fragments that are not shared, by their names.
    var found: [FragmentName] { self.state.withLock { $0.found.sorted { $0.description < $1.description } } }

    /// How many answers were looked at.
    var audits: Int { self.state.withLock { $0.audits } }

    /// Forgets what was found, as what gateway.yaml or a service says may have been mended.
    func clear() { self.state.withLock { $0.found = [] } }
}
