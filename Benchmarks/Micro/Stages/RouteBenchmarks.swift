import NIOCore

/// Finding where a request goes.
enum RouteBenchmarks {
    static let all = [
        Benchmark("route/26", "find 64 pages among a site's 26 routes, 6 hosts", iterations: 300) {
            try Self.work(hosts: 6, routes: 26)
        },
        Benchmark("route/10000", "find 64 pages among 10,000 routes, 6 hosts", iterations: 300) {
            try Self.work(hosts: 6, routes: 10_000)
        },
    ]

    /// Divides the iterations of each.
    private static let tables = 100

    /// Half of the routes have a capture, as pages of one thing have.
    private static func work(hosts count: Int, routes routeCount: Int) throws -> Benchmark.Work {
        let hosts = (0..<count).map { "service\($0).localhost" }
        let routes = (0..<routeCount).map { number in
            RouteTable.Route(
                host: hosts[number % count],
                path: PathPattern(
                    segments: number / count % 2 == 0
                        ? [.literal("shelf-\(number)")] : [.literal("shelf-\(number)"), .capture("slug")]
                )
            )
        }
        // A table's hashes are keyed at random, and with them where names collide: small tables are asked in turn, so
        // that the number is that of none in particular.
        let tables = (0..<(routeCount < 100 ? Self.tables : 1)).map { _ in
            RouteTable(hosts: hosts, routes: routes, assets: ["/assets/site.css", "/assets/rose-ash.svg"])
        }
        var generator = SeededGenerator()
        let asked = try (0..<64).map { _ in
            let number = Int.random(in: 0..<routeCount, using: &generator)
            let path = "/shelf-\(number)" + (number / count % 2 == 0 ? "" : "/the-long-table")
            let bytes = RequestSamples.wrk(host: "\(hosts[number % count]):8080", path: path)
            let head = try RequestSamples.head(of: bytes)
            guard case .page(number, _) = tables[0].resolve(head, in: bytes.readableBytesUInt8Span) else {
                throw PreparationFailure(description: "\(path) does not lead to its page")
            }
            return (head, bytes)
        }
        return { iterations in
            var sum = 0
            for iteration in 0..<iterations {
                let table = tables[iteration % tables.count]
                for (head, bytes) in asked {
                    if case .page(let page, _) = table.resolve(head, in: bytes.readableBytesUInt8Span) { sum &+= page }
                }
            }
            return sum
        }
    }
}
