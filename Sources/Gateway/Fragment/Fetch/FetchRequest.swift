package import Curl
import FragmentProtocol
package import NIOCore

/// A fragment to be asked for, with `GET`.
package struct FetchRequest: Sendable {
    package var service: String
    /// Path and query, sent byte by byte: `/internal/fragments/mini?limit=3`.
    package var path: String
    /// All fields that are sent, `Host` among them when the upstream's own will not do.
    package var headers: TransferHeaders
    /// From now to the last byte, waiting for a place and a retry included.
    package var timeout: Duration
    /// What is left of the page that asks.
    ///
    /// The service is told the less of the two, as `Fragment-Deadline`; the budget does not end the fetch, whose answer
    /// others may still wait for.
    package var budget: Duration?
    package var maximumBodyBytes: Int
    /// Most further attempts after a connection that broke before an answer.
    package var retries: Int
    /// Whether a second request is made when the first takes longer than nearly all do.
    package var isHedged: Bool
    /// Whether the service is told how much time is left; not where the fields say it already.
    package var tellsDeadline: Bool

    package init(
        service: String,
        path: String,
        headers: TransferHeaders = .none,
        timeout: Duration = .milliseconds(500),
        budget: Duration? = nil,
        maximumBodyBytes: Int = 1_048_576,
        retries: Int = 1,
        isHedged: Bool = false,
        tellsDeadline: Bool = true
    ) {
        self.service = service
        self.path = path
        self.headers = headers
        self.timeout = timeout
        self.budget = budget
        self.maximumBodyBytes = maximumBodyBytes
        self.retries = retries
        self.isHedged = isHedged
        self.tellsDeadline = tellsDeadline
    }
}

/// A whole answer.
package struct FetchResponse: Sendable {
    /// 200…599; redirects and errors of the service are answers, not failures.
    package var status: Int
    /// In the order of arrival, several of one name kept as several, names as the service wrote them.
    package var headers: [(name: String, value: String)]
    /// The body alone in a storage of its own.
    package var body: ByteBuffer
    /// From the call to the last byte.
    package var elapsed: Duration

    /// The first value of a field, its name compared without case.
    package func firstValue(of name: String) -> String? {
        headers.first { HeaderName.isSame($0.name, name) }?.value
    }
}
