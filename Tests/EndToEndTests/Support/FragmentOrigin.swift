import Synchronization
import TestSupport

/// A service of a test: says for each fragment what it answers, changes its mind in between, and notes who asked.
final class FragmentOrigin: Sendable {
    typealias Answer = @Sendable (OriginRequest) -> OriginReply

    private struct State {
        var answers: [String: Answer] = [:]
        var requests: [OriginRequest] = []
    }

    private let state = Mutex(State())

    /// What a fragment is from now on.
    func answer(_ type: String, with reply: OriginReply) {
        answer(type) { _ in reply }
    }

    func answer(_ type: String, by answer: @escaping Answer) {
        state.withLock { $0.answers[type] = answer }
    }

    /// A fragment whose body says which answer it is, as in `[1]`.
    func answerCounting(_ type: String, after delay: Duration = .zero) {
        answer(type) { [weak self] _ in
            .html("[\(self?.hits(type) ?? 0)]").after(delay)
        }
    }

    /// How often a fragment was asked for, with any parameters.
    func hits(_ type: String) -> Int { requests(type).count }

    /// The requests for a fragment, in the order in which they came.
    func requests(_ type: String) -> [OriginRequest] {
        requests.filter { $0.fragmentType == type }
    }

    /// All requests, in the order in which they came.
    var requests: [OriginRequest] {
        state.withLock { $0.requests }
    }

    fileprivate func handle(_ request: OriginRequest) -> [OriginStep] {
        let answer = state.withLock { state in
            state.requests.append(request)
            return request.fragmentType.flatMap { state.answers[$0] }
        }
        return (answer?(request) ?? .html("not found").status(404)).steps
    }
}

extension OriginRequest {
    /// `part` for `/internal/fragments/part?n=1`; nil for what is no fragment.
    var fragmentType: String? {
        let prefix = "/internal/fragments/"
        guard path.hasPrefix(prefix) else { return nil }
        return String(path.dropFirst(prefix.count).prefix { $0 != "?" })
    }
}

/// Runs a service for the length of a call; `port` is where it listens.
func withOrigin<Result: Sendable>(
    _ use: (_ origin: FragmentOrigin, _ port: Int) async throws -> Result
) async throws -> Result {
    let origin = FragmentOrigin()
    return try await ScriptedOrigin.with(handler: OriginHandler(origin.handle)) { server in
        try await use(origin, server.port)
    }
}
