import Foundation
import Testing

extension EndToEndTests {
    @Suite("The check of a service")
    struct ServiceCheckTests {
        /// What `gateway check` printed, and its status.
        struct Outcome: Sendable {
            let status: Int32
            let output: String
        }

        static func check(_ arguments: [String], secret: String? = nil) async throws -> Outcome {
            let folder = try TemporaryFolder()
            let process = try ServerProcess(
                "gateway",
                arguments: ["check"] + arguments,
                environment: secret.map { ["IDENTITY_SECRET": $0] } ?? [:],
                workingIn: folder.url,
                log: folder.url.appendingPathComponent("check.log")
            )
            let status = await process.waitForExit(orStopAfter: .seconds(60))
            return Outcome(status: status, output: process.output)
        }

        @Test("the six services keep to the protocol, and who is asked with a key")
        func stubs() async throws {
            try await withStubs { stubs in
                for name in StubsProcess.names {
                    let outcome = try await Self.check(
                        // A machine at work on other tests takes its time.
                        ["--strict", "--timeout", "5s", "--service", "http://127.0.0.1:\(stubs.port(of: name))"],
                        secret: StubsProcess.identitySecret
                    )
                    #expect(outcome.status == 0, "\(outcome.output)")
                    #expect(outcome.output.hasPrefix("\(name) 1.0.0 at "), "\(outcome.output)")
                    #expect(outcome.output.hasSuffix("0 errors, 0 warnings\n"))
                }
            }
        }

        @Test("a fault of a service is found, and told with what to do and the section")
        func faults() async throws {
            try await withStubs { stubs in
                try await stubs.setFaults(#"{"error-rate": 1}"#, of: "blog")
                let outcome = try await Self.check([
                    "--service", "http://127.0.0.1:\(stubs.port(of: "blog"))", "--format", "json",
                ])
                #expect(outcome.status == 1, "\(outcome.output)")
                #expect(outcome.output.contains(#""section" : "1.1""#), "\(outcome.output)")
                #expect(outcome.output.contains(#""remedy" : "#))
            }
        }

        @Test("the example of Docs/Protocol.md keeps to the protocol")
        func example() async throws {
            let port = try FreePorts.row()
            let folder = try TemporaryFolder()
            let service = try ServerProcess(
                path: "/usr/bin/env",
                arguments: ["python3", TemporaryFolder.project().path + "/Docs/examples/weather.py", String(port)],
                environment: ["IDENTITY_SECRET": StubsProcess.identitySecret],
                workingIn: folder.url,
                log: folder.url.appendingPathComponent("weather.log")
            )
            try await service.waitUntilReady {
                // Python needs a moment to start.
                (try? await RawClient.get("/internal/health", host: "x", from: port))?.status == 200
            }
            let outcome = try await Self.check(
                ["--strict", "--timeout", "5s", "--service", "http://127.0.0.1:\(port)"],
                secret: StubsProcess.identitySecret
            )
            await service.stop()
            #expect(outcome.status == 0, "\(outcome.output)")
            #expect(outcome.output.hasPrefix("weather 1 at "), "\(outcome.output)")
        }

        @Test(
            "what cannot be used is told, with status 2",
            arguments: [
                (["--service", "localhost"], "--service localhost is not an address"),
                (["--service", "http://127.0.0.1:9", "--live"], "--live asks all services of a site"),
                (["--service", "http://127.0.0.1:9", "--timeout", "soon"], "--timeout soon is not a duration"),
                (["--service", "http://127.0.0.1:9", "--max-size", "0"], "--max-size 0 is not a size"),
                (["--service", "http://127.0.0.1:9", "--identity-secret", "short"], "the identity secret has 5 bytes"),
                (
                    ["--service", "http://127.0.0.1:9", "--identity-private-key", "x"],
                    "the identity private key is not"
                ),
                (
                    [
                        "--service", "http://127.0.0.1:9", "--identity-private-key", "x", "--identity-secret",
                        StubsProcess.identitySecret,
                    ],
                    "give either the identity secret or"
                ),
                (["--service", "http://127.0.0.1:9"], "the service cannot be reached: "),
            ]
        )
        func mistakes(_ arguments: [String], _ expected: String) async throws {
            let outcome = try await Self.check(arguments)
            #expect(outcome.status == 2, "\(outcome.output)")
            #expect(outcome.output.contains(expected), "\(outcome.output)")
        }
    }
}
