/// One address of a service.
package struct Upstream: Sendable, Hashable, CustomStringConvertible {
    /// How the address is reached.
    package enum Address: Sendable, Hashable {
        /// `http://host:port` or `https://host:port`, without a path.
        case url(String)
        /// A unix socket; the requests are plain HTTP.
        case unixSocket(path: String)
    }

    package let address: Address
    /// Speaks HTTP/2 with prior knowledge.
    package let usesHTTP2: Bool

    package init(_ address: Address, usesHTTP2: Bool = false) {
        self.address = address
        self.usesHTTP2 = usesHTTP2
    }

    /// Reads `http://host:port`, `https://host:port` or `unix:/path`; nil for anything else.
    ///
    /// A path other than `/`, a query, a fragment and user names are refused: an upstream is an address only.
    package init?(_ text: String) {
        if text.hasPrefix("unix:") {
            let path = String(text.dropFirst("unix:".count))
            guard path.hasPrefix("/"), path.utf8.count < 108, !path.utf8.contains(0) else { return nil }
            self.init(.unixSocket(path: path))
            return
        }
        guard let scheme = ["http://", "https://"].first(where: { text.lowercased().hasPrefix($0) }) else { return nil }
        var authority = text.dropFirst(scheme.count)
        if authority.hasSuffix("/") { authority = authority.dropLast() }
        guard
            !authority.isEmpty,
            authority.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
            !authority.contains(where: { "/?#@\\".contains($0) })
        else { return nil }
        self.init(.url(scheme + authority))
    }

    package var description: String {
        switch address {
        case .url(let text): text
        case .unixSocket(let path): "unix:\(path)"
        }
    }
}

/// A service as the fetcher sees it.
package struct UpstreamService: Sendable {
    package var name: String
    /// At least one.
    package var upstreams: [Upstream]
    /// Most fetches under way at once, over all upstreams; the pass-through has as many of its own.
    package var concurrency: Int
    /// Most fetches that wait for a place; the next one is refused.
    package var queueLength: Int
    /// When an upstream that fails is left alone; nil for never.
    package var breaker: BreakerSettings?
    /// Most hedges, in percent of the fetches.
    package var hedgeBudget: Int
    /// Most retries, in percent of the fetches and streams; those after a kept connection broke are free.
    package var retryBudget: Int

    package init(
        name: String,
        upstreams: [Upstream],
        concurrency: Int = 64,
        queueLength: Int = 256,
        breaker: BreakerSettings? = BreakerSettings(),
        hedgeBudget: Int = 5,
        retryBudget: Int = 20
    ) {
        self.name = name
        self.upstreams = upstreams
        self.concurrency = concurrency
        self.queueLength = queueLength
        self.breaker = breaker
        self.hedgeBudget = hedgeBudget
        self.retryBudget = retryBudget
    }
}
