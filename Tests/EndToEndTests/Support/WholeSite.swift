import TestSupport

/// Runs Redis, the six services and a gateway with the project's own gateway.yaml for the length of a call.
func withWholeSite(_ use: @Sendable (GatewayProcess, StubsProcess) async throws -> Void) async throws {
    try await withRedisServer { redis in
        try await withStubs { stubs in
            try await withSite(services: stubs, redis: redis.port) { gateway in try await use(gateway, stubs) }
        }
    }
}

/// The path of the first link to something below `prefix`, on any host.
func firstPath(in html: String, below prefix: String) -> String? {
    for link in html.split(separator: "href=\"").dropFirst() {
        let address = link.prefix { $0 != "\"" }
        guard let start = address.firstRange(of: prefix)?.lowerBound else { continue }
        let path = address[start...].prefix { $0 != "?" && $0 != "#" }
        if path.count > prefix.count { return String(path) }
    }
    return nil
}

extension String {
    /// What stands between two texts, at their first place.
    func text(between start: String, and end: String) -> Substring? {
        guard let begin = firstRange(of: start)?.upperBound, let stop = self[begin...].firstRange(of: end)?.lowerBound
        else { return nil }
        return self[begin..<stop]
    }
}
