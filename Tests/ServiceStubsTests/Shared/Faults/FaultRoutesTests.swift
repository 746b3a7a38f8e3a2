import Hummingbird
import HummingbirdTesting
import Testing

@testable import ServiceStubs

struct FaultRoutesTests {
    /// What `GET /internal/faults` answers, as far as tests read it.
    private struct Report: Decodable {
        let requests: [String: Int]
    }

    @Test func thereAreNoFaultsUnlessAskedFor() async throws {
        #expect(try await StubHarness().get(.cart, "/internal/faults").status == .notFound)
    }

    @Test func callersWithoutALocalAddressFindNothing() async throws {
        #expect(try await StubHarness(faults: FaultBoard()).get(.cart, "/internal/faults").status == .notFound)
    }

    @Test func callersBehindAProxyFindNothing() async throws {
        try await StubHarness(faults: FaultBoard()).run(.cart, live: true) { client in
            var headers = HTTPFields()
            headers.set("X-Forwarded-For", "203.0.113.7")
            let response = try await client.execute(uri: "/internal/faults", method: .get, headers: headers)
            #expect(response.status == .notFound)
        }
    }

    @Test func setsFaultsAndCountsRequests() async throws {
        try await StubHarness(faults: FaultBoard()).run(.cart, live: true) { client in
            func set(_ json: String) async throws -> TestResponse {
                try await client.execute(uri: "/internal/faults", method: .post, body: ByteBuffer(string: json))
            }
            func mini() async throws -> TestResponse {
                try await client.execute(uri: "/internal/fragments/mini", method: .get)
            }
            let whole = try await mini()
            #expect(whole.status == .ok)
            #expect(try await set(#"{"down":true,"type":"mini"}"#).status == .ok)
            #expect(try await mini().status == .serviceUnavailable)
            #expect(try await client.execute(uri: "/internal/fragments/totals", method: .get).status == .ok)
            #expect(try await set(#"{"error-rate":1,"type":"mini"}"#).status == .ok)
            #expect(try await mini().status == .internalServerError)
            #expect(try await set(#"{"drip-ms":1,"type":"mini"}"#).status == .ok)
            #expect(try await mini().text == whole.text)
            #expect(try await set(#"{"latency-ms":60,"type":"mini"}"#).status == .ok)
            let clock = ContinuousClock()
            let start = clock.now
            #expect(try await mini().status == .ok)
            #expect(clock.now - start >= .milliseconds(60))
            #expect(try await set(#"{"down":true}"#).status == .ok)
            #expect(try await client.execute(uri: "/internal/health", method: .get).status == .serviceUnavailable)
            let report = try await client.execute(uri: "/internal/faults", method: .get).decoded(Report.self)
            #expect(report.requests == ["mini": 5, "totals": 1])
            #expect(try await client.execute(uri: "/internal/faults", method: .delete).status == .ok)
            #expect(try await client.execute(uri: "/internal/health", method: .get).status == .ok)
        }
    }

    @Test(arguments: ["", "[]", "{", #"{"latency":5}"#, #"{"type":"mini","down":"yes"}"#, #"{"down":null}"#])
    func refusesOtherBodies(json: String) async throws {
        try await StubHarness(faults: FaultBoard()).run(.cart, live: true) { client in
            let response = try await client.execute(
                uri: "/internal/faults",
                method: .post,
                body: ByteBuffer(string: json)
            )
            #expect(response.status == .badRequest)
        }
    }

    @Test func bytesGoBothWays() async throws {
        try await StubHarness(faults: FaultBoard()).run(.blog, live: true) { client in
            let given = try await client.execute(uri: "/api/bytes?count=200000", method: .get)
            #expect(given.body.readableBytes == 200_000)
            let taken = try await client.execute(uri: "/api/bytes", method: .post, body: given.body)
            #expect(try taken.decoded([String: Int].self)["bytes"] == 200_000)
            for count in ["", "-1", "x", "99999999999"] {
                let response = try await client.execute(uri: "/api/bytes?count=\(count)", method: .get)
                #expect(response.status == .badRequest)
            }
        }
    }
}
