import Synchronization
import TestSupport

/// A service of a test: says for each fragment what it answers, changes its mind in between, and notes who asked.
final class FragmentOrigin: Sendable {
    typealias Answer = @Sendable (OriginRequest) -> OriginReply

    private struct State {
        var answers: [String: Answer] = [:]
        var requests: [OriginRequest] = []
        var manifest: OriginReply?
        var manifestReadings = 0
    }

    private let state = Mutex(State())

    /// What a fragment is from now on.
    func answer(_ type: String, with reply: OriginReply) {
        answer(type) { _ in reply }
    }

    func answer(_ type: String, by answer: @escaping Answer) {
        state.withLock { $0.answers[type] = answer }
    }

    /// What the service says of itself from now on; nothing until this is called.
    func declare(_ reply: OriginReply) { state.withLock { $0.manifest = reply } }

    /// Says from now on that the service `app` has fragments, each with what it varies by: `["part": ["user"]]`.
    func declare(version: String, _ fragments: [String: [String]]) {
        let list = fragments.sorted { $0.key < $1.key }.map { type, varies in
            #"{ "type": "\#(type)", "varies": [\#(varies.map { #""\#($0)""# }.joined(separator: ", "))] }"#
        }
        declare(
            .json(
                #"{ "protocol": 1, "service": "app", "version": "\#(version)", "#
                    + #""fragments": [\#(list.joined(separator: ", "))] }"#
            )
        )
    }

    /// How often the manifest was asked for.
    var manifestReadings: Int { state.withLock { $0.manifestReadings } }

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

    /// All requests but those for the manifest, in the order in which they came.
    var requests: [OriginRequest] {
        state.withLock { $0.requests }
    }

    fileprivate func handle(_ request: OriginRequest) -> [OriginStep] {
        guard request.path != "/internal/fragments" else {
            let reply = state.withLock { state in
                state.manifestReadings += 1
                return state.manifest
            }
            return (reply ?? .html("not found").status(404)).steps
        }
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

/// Runs a service for the length of a call; `port` is where it listens, any that is free unless it is said.
func withOrigin<Result: Sendable>(
    on port: Int = 0,
    _ use: (_ origin: FragmentOrigin, _ port: Int) async throws -> Result
) async throws -> Result {
    let origin = FragmentOrigin()
    var options = ScriptedOrigin.Options()
    options.port = port
    return try await ScriptedOrigin.with(options, handler: OriginHandler(origin.handle)) { server in
        try await use(origin, server.port)
    }
}
