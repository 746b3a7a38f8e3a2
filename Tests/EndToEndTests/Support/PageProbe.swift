import Testing

/// Asks a gateway for pages with a fragment that nobody has seen yet, so that it asks Redis and then the service for each.
///
/// None may fail or lack its fragment, and none may wait for Redis for longer than `redis.timeout`, whatever is wrong
/// with Redis: with the default of 20 ms, most of the bound is for a busy machine.
final class PageProbe {
    private let gateway: GatewayProcess
    private let fragment: String
    private let bound: Duration
    private var last: Int

    /// - Parameters:
    ///   - gateway: whom to ask.
    ///   - first: the number of the first page; each has the next one.
    ///   - fragment: what each page is.
    ///   - bound: how long a page may take.
    init(
        _ gateway: GatewayProcess,
        from first: Int,
        expecting fragment: String = "[part]",
        within bound: Duration = .milliseconds(500)
    ) {
        self.gateway = gateway
        self.last = first - 1
        self.fragment = fragment
        self.bound = bound
    }

    /// The number of the page that was asked for last.
    var number: Int { last }

    /// Asks for the next page.
    func ask() async throws {
        last += 1
        let response = try await gateway.get("/?n=\(last)")
        #expect(response.status == 200, "page \(last)")
        #expect(response.text == fragment, "page \(last)")
        #expect(response.end < bound, "page \(last)")
    }

    func ask(times: Int) async throws {
        for _ in 0..<times { try await ask() }
    }
}
