import Foundation
import FragmentProtocol
import Hummingbird
import HummingbirdTesting
import Testing

@testable import ServiceStubs

struct OutboxTests {
    @Test func messagesAreKeptInAFileOfItsOwnersAlone() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "outbox-\(UUID().uuidString)")
        defer {
            // `try?`: a file that cannot be removed fails no test.
            try? FileManager.default.removeItem(at: file)
        }
        let harness = try AuthorizationHarness(outbox: file)
        #expect(try await harness.get("/internal/fragments/outbox").text.contains("No message"))
        let outbox = try #require(harness.server.outbox)
        for number in 1...3 {
            try outbox.send(
                Outbox.Message(
                    to: "a@b.example",
                    subject: "No. \(number)",
                    text: "Hello <you>\n\nhttp://a.example/\(number)",
                    link: "http://a.example/\(number)",
                    sentAt: harness.clock.now
                )
            )
        }
        #expect(try outbox.latest(2).map(\.subject) == ["No. 3", "No. 2"])
        #expect(try Outbox(file: file).latest(9).count == 3)
        let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        let fragment = try await harness.get("/internal/fragments/outbox")
        #expect(fragment["Cache-Control"] == "no-store")
        #expect(fragment.text.contains("href=\"http://a.example/3\""))
        #expect(fragment.text.contains("Hello &lt;you&gt;"))
        #expect(WellFormedness(fragment.text).isWellFormed)
    }

    @Test func aFileThatCannotBeWrittenIsRefused() {
        #expect(throws: (any Error).self) { try Outbox(file: URL(fileURLWithPath: "/nowhere/outbox")) }
    }
}
