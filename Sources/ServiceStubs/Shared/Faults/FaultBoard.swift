import Synchronization

/// The faults of one service and its counts of requests, which tests set and read while it runs.
final class FaultBoard: Sendable {
    /// What the service must do with a request.
    struct Decision: Sendable, Equatable {
        let fault: Fault
        /// Whether this is one of the requests that fail.
        let fails: Bool
    }

    private struct State {
        var general = Fault()
        var byType: [String: Fault] = [:]
        var requests: [String: Int] = [:]
        /// How much of the next failure each scope has saved up; at 1 a request fails.
        var owed: [String: Double] = [:]
    }

    private let state = Mutex(State())

    /// Counts a request and says what is to happen to it.
    ///
    /// - Parameter type: The type of the fragment, or none for any other request; those are not counted.
    /// - Returns: The fault that holds, and whether this request is to fail.
    func decide(type: String?) -> Decision {
        state.withLock { state in
            if let type {
                state.requests[type, default: 0] += 1
            }
            let own = type.flatMap { state.byType[$0] }
            let fault = own ?? state.general
            let scope = own == nil ? "" : type ?? ""
            // A hair below 1, since ten times a tenth is a little less than 1 in binary.
            let owed = state.owed[scope, default: 0] + fault.errorRate
            let fails = owed > 1 - 1e-9
            state.owed[scope] = fails ? owed - 1 : owed
            return Decision(fault: fault, fails: fails)
        }
    }

    /// Sets what is wrong with a fragment, or with everything that has no fault of its own.
    func set(_ fault: Fault, type: String?) {
        state.withLock { state in
            state.owed[type ?? ""] = nil
            if let type {
                state.byType[type] = fault
            } else {
                state.general = fault
            }
        }
    }

    /// Makes all well again and forgets the counts.
    func reset() {
        state.withLock { $0 = State() }
    }

    /// How many requests there were for each fragment, and what is wrong.
    var report: (requests: [String: Int], general: Fault, byType: [String: Fault]) {
        state.withLock { ($0.requests, $0.general, $0.byType) }
    }
}
