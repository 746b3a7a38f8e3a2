import Foundation
import FragmentProtocol
import GRDB
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Synchronization
import TestSupport
import Testing

@testable import ServiceStubs

/// S24: clients are told that a session has ended.
struct LogoutDeliveryTests {
    private typealias Harness = AuthorizationHarness

    /// What clients were sent.
    private final class Received: Sendable {
        private let bodies = Mutex<[String: [String]]>([:])

        func add(_ body: ByteBuffer, at path: String) {
            bodies.withLock { $0[path, default: []].append(String(buffer: body)) }
        }

        func at(_ path: String) -> [String] { bodies.withLock { $0[path] ?? [] } }
    }

    private static let logger: Logger = {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }()

    /// An origin that keeps what it is sent, hangs at `/hangs`, and fails as often as the path says (`/fails/2`).
    private func origin(_ received: Received) async throws -> ScriptedOrigin {
        try await ScriptedOrigin.start { request in
            received.add(request.body, at: request.path)
            if request.path == "/hangs" { return [.stall] }
            let failures = request.path.split(separator: "/").last.flatMap { Int($0) } ?? 0
            return OriginStep.answer(received.at(request.path).count <= failures ? 503 : 200)
        }
    }

    @Test func eachClientWithASessionIsTold() async throws {
        let received = Received()
        let origin = try await origin(received)
        let base = "http://127.0.0.1:\(origin.port)"
        let harness = try Harness(backChannel: [
            "blog": base + "/blog", "market": base + "/market", "pusher": base + "/pusher",
        ])
        let tokens = try await harness.tokens()
        _ = try await harness.tokens(client: "market")
        _ = try await harness.get(
            "/oauth/logout?" + Harness.encode(["id_token_hint": tokens.identityToken]),
            as: harness.robin()
        )
        for client in ["blog", "market"] {
            let body = try #require(received.at("/" + client).first)
            #expect(body.hasPrefix("logout_token="))
            let token = String(body.dropFirst("logout_token=".count))
            let claims = try harness.server.ring.claims(LogoutTokenClaims.self, of: token, typ: "logout+jwt")
            #expect(claims.issuer == Harness.issuer)
            #expect(claims.audience == client)
            #expect(claims.subject == "user-1")
            #expect(claims.session == "session-1")
            #expect(claims.expiresAt == claims.issuedAt + 120)
            #expect(claims.events.keys.sorted() == [LogoutTokenClaims.event])
            let payload = try #require(Base64URL.decode(token.split(separator: ".")[1]))
            #expect(!String(decoding: payload, as: UTF8.self).contains("nonce"))
        }
        #expect(received.at("/pusher").isEmpty)
        await origin.stop()
    }

    /// The session itself is the gateway's, which has to know of its end also when no client of the site used it.
    @Test(arguments: [true, false]) func theGatewayIsToldAlways(hasOtherClient: Bool) async throws {
        let received = Received()
        let origin = try await origin(received)
        let base = "http://127.0.0.1:\(origin.port)"
        let harness = try Harness(backChannel: [
            "blog": base + "/blog", "market": base + "/market", "reader": base + "/reader",
        ])
        if hasOtherClient {
            try await harness.environment.database.write { database in
                try Consent(subject: "user-1", client: "reader", scopes: ["openid"]).insert(database)
            }
            _ = try await harness.tokens(client: "reader", ["scope": "openid"])
        }
        _ = try await harness.post("/sign-out", "", as: harness.robin())
        #expect(received.at("/blog").count == 1)
        #expect(received.at("/market").isEmpty)
        #expect(received.at("/reader").count == (hasOtherClient ? 1 : 0))
        await origin.stop()
    }

    /// Without a session in the token, all of the person's end.
    @Test func aMemberWhoIsSignedOutEverywhereIsNamedAlone() async throws {
        let received = Received()
        let origin = try await origin(received)
        let harness = try Harness(backChannel: ["blog": "http://127.0.0.1:\(origin.port)/blog"])
        _ = try await harness.tokens()
        #expect(try await SessionEnd(server: harness.server).endAll(of: "user-1", logger: Self.logger) == 1)
        let token = try #require(received.at("/blog").first).dropFirst("logout_token=".count)
        let claims = try harness.server.ring.claims(LogoutTokenClaims.self, of: String(token), typ: "logout+jwt")
        #expect(claims.subject == "user-1")
        #expect(claims.session == nil)
        await origin.stop()
    }

    /// One that hangs holds nobody up.
    @Test func oneThatHangsDoesNotHoldUpTheOthers() async throws {
        let received = Received()
        let origin = try await origin(received)
        let base = "http://127.0.0.1:\(origin.port)"
        var limits = LogoutDelivery.Limits()
        limits.timeout = .seconds(30)
        limits.pauses = []
        limits.patience = .milliseconds(500)
        let delivery = LogoutDelivery(limits: limits)
        let clock = ContinuousClock()
        let elapsed = await clock.measure {
            await delivery.deliver(
                [("a", base + "/hangs", "t"), ("b", base + "/b", "t"), ("c", base + "/c", "t")],
                logger: Self.logger
            )
        }
        #expect(received.at("/b") == ["logout_token=t"])
        #expect(received.at("/c") == ["logout_token=t"])
        #expect(elapsed < .seconds(20))
        await origin.stop()
    }

    @Test(arguments: [(0, 1), (1, 2), (2, 3), (9, 3)])
    func whatFailsIsTriedThreeTimes(failures: Int, tries: Int) async throws {
        let received = Received()
        let origin = try await origin(received)
        var limits = LogoutDelivery.Limits()
        limits.pauses = [.milliseconds(1), .milliseconds(1)]
        limits.patience = .seconds(10)
        let path = "/fails/\(failures)"
        await LogoutDelivery(limits: limits).deliver(
            [("a", "http://127.0.0.1:\(origin.port)\(path)", "t")],
            logger: Self.logger
        )
        #expect(received.at(path).count == tries)
        await origin.stop()
    }
}
