import Foundation
import Synchronization
import TestSupport
import Testing

extension EndToEndTests {
    @Suite("No byte of one visitor reaches another")
    struct AuditTests {
        static let page = """
            {{ session.csrf }}{% fragment "app/shared" or %}[none]{% endfragment %}\
            {% fragment "app/own" or %}[none]{% endfragment %}
            """

        static func settings(_ port: Int, redis: Int?, audit: String) -> GatewaySettings {
            var settings = GatewaySettings.page(
                Self.page,
                from: port,
                fragments: [
                    #""app/shared": { ttl: 20ms, timeout: 5s }"#,
                    #""app/own": { ttl: 10m, vary: [user], timeout: 5s }"#,
                ],
                redis: redis
            )
            settings.sections = [
                #"identity: { secret: "\#(StubsProcess.identitySecret)" }"#,
                #"session: { key: "\#(String(repeating: "5e", count: 32))" }"#, "audit: \(audit)",
            ]
            return settings
        }

        /// Everything that a request tells the service, as a hostile one would show it.
        static func echo(_ request: OriginRequest) -> OriginReply {
            var text = "<pre>"
            for (name, value) in request.headers {
                text += "\(name)=\(value)\n"
                guard name.lowercased() == "gateway-identity" else { continue }
                text += claims(of: value)
            }
            return .html(text + "</pre>").header("Cache-Control", "public, max-age=600")
        }

        @Test("a service that shows all it is told: 10,000 mixed requests of 50 visitors; the audit finds it out")
        func hostile() async throws {
            try await withRedisServer { redis in
                try await withOrigin { origin, port in
                    origin.answer("shared", by: Self.echo)
                    origin.answer("own", by: Self.echo)
                    let settings = Self.settings(port, redis: redis.port, audit: "{ one-in: 20 }")
                    try await withGateway(settings) { gateway in
                        var cookies: [String] = []
                        for _ in 0..<50 {
                            let first = try await gateway.get()
                            let cookie = try #require(first["set-cookie"]?.split(separator: ";").first)
                            cookies.append(String(cookie))
                        }
                        let visitors = cookies
                        let subjects = try await Self.subjects(of: visitors, from: gateway)
                        #expect(Set(subjects).count == 50)
                        let strangers = try await withThrowingTaskGroup(of: Int.self) { tasks in
                            for _ in 0..<10 {
                                tasks.addTask {
                                    var strangers = 0
                                    for _ in 0..<20 {
                                        strangers += try await Self.visit(50, visitors, subjects, gateway)
                                    }
                                    return strangers
                                }
                            }
                            return try await tasks.reduce(0, +)
                        }
                        #expect(strangers == 0)
                        try await waitUntil {
                            try await gateway.ready().contains(
                                "alarm: depend on who asks, and are not shared: app/shared"
                            )
                        }
                        #expect(gateway.server.output.contains("depends on who asks"))
                        // Not shared any more: asked for by everybody.
                        let before = origin.hits("shared")
                        for _ in 0..<5 { _ = try await gateway.get() }
                        #expect(origin.hits("shared") == before + 5)
                    }
                }
            }
        }

        /// Whose page each cookie shows.
        private static func subjects(of cookies: [String], from gateway: GatewayProcess) async throws -> [String] {
            var subjects: [String] = []
            for cookie in cookies {
                let text = try await gateway.get(headers: [("Cookie", cookie)]).text
                guard let start = text.firstRange(of: #""sub":""#) else {
                    throw EndToEndError("nobody is named: \(text)")
                }
                subjects.append(String(text[start.upperBound...].prefix { $0 != "\"" }))
            }
            return subjects
        }

        /// The pages of one connection, in random order; how many show somebody else.
        private static func visit(
            _ count: Int,
            _ cookies: [String],
            _ subjects: [String],
            _ gateway: GatewayProcess
        ) async throws -> Int {
            try await RawClient.connect(to: gateway.port) { connection in
                var strangers = 0
                for _ in 0..<count {
                    let visitor = Int.random(in: -5..<50)
                    let headers = visitor < 0 ? [] : [("Cookie", cookies[visitor])]
                    try await connection.send(RawRequest(host: "app.localhost", headers: headers))
                    let text = try await connection.response().text
                    for (number, subject) in subjects.enumerated() where number != visitor {
                        if text.contains(subject) { strangers += 1 }
                    }
                    if visitor >= 0, !text.contains(subjects[visitor]) { strangers += 1 }
                    // Somebody who does not exist is nobody's business either.
                    if text.contains("audit-") { strangers += 1 }
                }
                return strangers
            }
        }

        @Test("a service that keeps to it raises no alarm, and one that changes by itself does not either")
        func quiet() async throws {
            try await withOrigin { origin, port in
                origin.answerCounting("shared")
                origin.answer("own", by: Self.echo)
                try await withGateway(Self.settings(port, redis: nil, audit: "{ one-in: 1 }")) { gateway in
                    for _ in 0..<20 {
                        _ = try await gateway.get()
                        try await Task.sleep(for: .milliseconds(25))
                    }
                    #expect(
                        origin.requests("shared").contains {
                            $0.headers.contains { $0.name.lowercased() == "gateway-identity" }
                        }
                    )
                    #expect(!(try await gateway.ready().contains("alarm")))
                }
            }
        }
    }
}

/// What an assertion says: the second part of a compact JWS, as text.
private func claims(of assertion: String) -> String {
    let parts = assertion.split(separator: ".")
    guard parts.count == 3 else { return "" }
    let plain = parts[1].replacing("-", with: "+").replacing("_", with: "/")
    let padded = plain + String(repeating: "=", count: (4 - plain.count % 4) % 4)
    return String(decoding: Data(base64Encoded: String(padded)) ?? Data(), as: UTF8.self)
}
