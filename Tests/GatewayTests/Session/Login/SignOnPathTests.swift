import Testing

@testable import Gateway

@Suite struct SignOnPathTests {
    @Test(arguments: [
        ("/auth", true), ("/auth/", true), ("/auth/login", true), ("/auth/x/y", true), ("/authx", false), ("/", false),
        ("/a", false), ("/author", false), ("/Auth/login", false), ("/x/auth/login", false), ("", false),
    ])
    func whatLiesBelowIsReserved(path: String, expected: Bool) {
        let bytes = Array(path.utf8)
        #expect(SignOnPath.isReserved(ByteRange(offset: 0, length: bytes.count), in: bytes.span) == expected)
    }

    @Test(
        arguments: [
            ("/auth/login", SignOnPath.login, [RequestMethod.get]), ("/auth/callback", .callback, [.get]),
            ("/auth/logged-out", .loggedOut, [.get]), ("/auth/logout", .logout, [.post, .get]),
            ("/auth/backchannel", .backChannel, [.post]), ("/auth/devices", .devices, [.post]),
            ("/auth", .unknown, []), ("/auth/login/", .unknown, []), ("/auth/Login", .unknown, []),
            ("/auth/x", .unknown, []),
        ] as [(String, SignOnPath, [RequestMethod])]
    )
    func eachHasItsMethods(path: String, expected: SignOnPath, methods: [RequestMethod]) {
        let bytes = Array(path.utf8)
        let found = SignOnPath(ByteRange(offset: 0, length: bytes.count), in: bytes.span)
        #expect(found == expected)
        #expect(found.methods == methods)
    }

    private func decision(_ method: String, _ path: String, hasSignOn: Bool) throws -> RouteDecision {
        let pattern = PathPattern(segments: [.rest])
        let table = RouteTable(
            hosts: ["blog.localhost"],
            routes: [RouteTable.Route(host: "blog.localhost", path: pattern)],
            assets: [],
            hasSignOn: hasSignOn
        )
        let bytes = Array("\(method) \(path) HTTP/1.1\r\nHost: blog.localhost\r\n\r\n".utf8)
        let head = try #require(try RequestReader(limits: RequestLimits()).read(bytes.span))
        return table.resolve(head, in: bytes.span)
    }

    @Test func noPageOrServiceTakesAPathOfTheSignOn() throws {
        for method in ["GET", "HEAD", "POST", "PUT", "OPTIONS"] {
            for path in ["/auth", "/auth/login", "/auth/other?x=1"] {
                #expect(try self.decision(method, path, hasSignOn: true) == .signOn(service: 0))
            }
        }
        for path in ["/%61uth/login", "/x/../auth/login", "//auth/login", "/AUTH%2flogin", "/./auth", "/auth;x/login"] {
            #expect(try self.decision("POST", path, hasSignOn: true) == .reserved, "\(path)")
        }
        #expect(try self.decision("GET", "/author", hasSignOn: true) != .signOn(service: 0))
        #expect(try self.decision("POST", "/auth/login", hasSignOn: false) == .passThrough(service: 0))
    }
}
