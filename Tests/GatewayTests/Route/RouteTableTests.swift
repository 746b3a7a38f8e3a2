import Testing

@testable import Gateway

@Suite struct RouteTableTests {
    private static let table = RouteTable(
        hosts: ["blog.localhost", "market.localhost"],
        routes: [
            RouteTable.Route(host: "blog.localhost", path: PathPattern(segments: [])),
            RouteTable.Route(
                host: "blog.localhost",
                path: PathPattern(segments: [.literal("posts"), .capture("slug")])
            ),
            RouteTable.Route(host: "market.localhost", path: PathPattern(segments: [.rest])),
        ],
        assets: ["/assets/site.css"]
    )

    private enum Kind: Equatable {
        case page(Int)
        case asset(Int)
        case passThrough(Int)
        case signOn(Int)
        case reserved, malformedPath, unknownHost
    }

    private static func resolve(_ method: String, _ host: String, _ target: String) throws -> Kind {
        let bytes = Array("\(method) \(target) HTTP/1.1\r\nHost: \(host)\r\n\r\n".utf8)
        let head = try #require(try RequestReader(limits: RequestLimits()).read(bytes.span))
        return switch Self.table.resolve(head, in: bytes.span) {
        case .page(let page, _): .page(page)
        case .asset(let asset): .asset(asset)
        case .passThrough(let service): .passThrough(service)
        case .signOn(let service): .signOn(service)
        case .reserved: .reserved
        case .malformedPath: .malformedPath
        case .unknownHost: .unknownHost
        }
    }

    @Test(
        arguments: [
            ("GET", "blog.localhost", "/", .page(0)), ("HEAD", "blog.localhost:8080", "/?a", .page(0)),
            ("GET", "BLOG.LocalHost.", "/", .page(0)),
            ("GET", "blog.localhost.:8080", "/", .page(0)), ("GET", "blog.localhost", "/posts/x", .page(1)),
            ("GET", "blog.localhost", "/posts", .passThrough(0)),
            ("POST", "blog.localhost", "/", .passThrough(0)),
            ("GET", "blog.localhost", "/assets/site.css?v=1", .asset(0)),
            ("GET", "market.localhost", "/assets/site.css", .asset(0)),
            ("GET", "market.localhost", "/assets/other.css", .page(2)),
            ("POST", "market.localhost", "/x", .passThrough(1)), ("GET", "market.localhost", "/internal/x", .reserved),
            ("POST", "market.localhost", "/internal/x", .reserved),
            ("DELETE", "market.localhost", "/%69nternal", .reserved),
            ("GET", "market.localhost", "/%zz", .malformedPath), ("GET", "cart.localhost", "/", .unknownHost),
            ("GET", "", "/", .unknownHost),
            ("GET", "localhost", "/", .unknownHost), ("GET", "xblog.localhost", "/", .unknownHost),
            ("GET", "blog.localhost..", "/", .unknownHost),
            ("GET", "blog.localhost:80:80", "/", .unknownHost), ("GET", "blog.localhost:http", "/", .unknownHost),
            ("GET", ":80", "/", .unknownHost),
            ("GET", "80", "/", .unknownHost), ("GET", "cart.localhost", "/internal", .unknownHost),
        ] as [(String, String, String, Kind)]
    )
    private func resolves(method: String, host: String, target: String, expected: Kind) throws {
        #expect(try Self.resolve(method, host, target) == expected)
    }

    @Test func thePageAtAPathIsFoundForAnyMethod() throws {
        let bytes = Array("POST /posts/a-slug HTTP/1.1\r\nHost: blog.localhost\r\n\r\n".utf8)
        let head = try #require(try RequestReader(limits: RequestLimits()).read(bytes.span))
        let page = Self.table.page(at: head, in: bytes.span)
        let found = try #require(page)
        #expect(found.page == 1)
        #expect(bytes.span.string(at: found.captures[0]) == "a-slug")
    }

    @Test func moreCapturesThanThereIsRoomForAreLeftOut() {
        var captures = Captures()
        for index in 0..<10 { captures.append(ByteRange(offset: index, length: 1)) }
        #expect(captures.count == Captures.limit)
        captures.shorten(to: 1)
        #expect(captures.count == 1)
        #expect(captures[0] == ByteRange(offset: 0, length: 1))
    }
}
