import NIOCore

@testable import Gateway

/// Answers and requests of tests, around one moment.
enum AnswerSample {
    /// Sun, 15 Nov 2026 12:00:00 GMT: when answers come.
    static let noon = Instant(milliseconds: 1_794_744_000_000)
    static let noonText = "Sun, 15 Nov 2026 12:00:00 GMT"

    /// A moment so many seconds after noon.
    static func at(_ seconds: Int) -> Instant { Self.noon + .seconds(seconds) }

    /// The date of that moment.
    static func date(_ seconds: Int) -> String { Self.at(seconds).httpDate }

    static func request(
        _ method: RequestMethod = .get,
        hasBody: Bool = false,
        hasAuthorization: Bool = false,
        _ fields: [(String, String)] = []
    ) -> AnswerRequest {
        AnswerRequest(
            method: method,
            hasBody: hasBody,
            hasAuthorization: hasAuthorization,
            forwarded: fields.map { (name: $0.0, value: $0.1) }
        )
    }

    /// A plain `GET` with header fields.
    static func request(_ fields: [(String, String)]) -> AnswerRequest { Self.request(.get, fields) }

    /// What is made of an answer that comes at noon, asked for so many seconds before.
    static func verdict(
        _ fields: [(String, String)],
        status: Int = 200,
        request: AnswerRequest = request(),
        delay: Int = 0,
        position: PurgePosition = .start
    ) -> AnswerStoragePolicy.Verdict {
        AnswerStoragePolicy.verdict(
            on: request,
            status: status,
            headers: fields.map { (name: $0.0, value: $0.1) },
            at: AnswerStoragePolicy.Moments(
                requestedAt: Self.at(-delay),
                purgePosition: position,
                receivedAt: Self.noon
            )
        )
    }

    /// What is stored of an answer that comes at noon; nil when it is not.
    static func stored(
        _ fields: [(String, String)],
        status: Int = 200,
        content: String = "content",
        position: PurgePosition = .start
    ) -> StoredAnswer? {
        guard case .store(let plan) = Self.verdict(fields, status: status, position: position) else { return nil }
        return StoredAnswer(plan, content: ByteBuffer(string: content))
    }
}
