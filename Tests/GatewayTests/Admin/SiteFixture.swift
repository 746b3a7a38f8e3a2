import Foundation
import Gateway
import TestSupport

/// A site in a folder of its own, with the service `cart`.
struct SiteFixture {
    var templates: [String: String] = [:]
    /// Entries of `pages:`.
    var pages = ""
    /// Entries of `fragments:`.
    var fragments = ""
    /// Further lines of the configuration.
    var rest = ""
    var upstream = "http://127.0.0.1:9"
    var isLive = false
    var isStrict = false

    /// What a check finds, without the folder in it.
    struct Found {
        let report: CheckReport
        /// The findings, without excerpts.
        let findings: [String]
        let safeUses: [String]
    }

    /// Checks the site.
    func check() async throws -> Found {
        let root = NSTemporaryDirectory() + "site-" + UUID().uuidString
        // What is left over is the system's to clear.
        defer { try? FileManager.default.removeItem(atPath: root) }
        try FileManager.default.createDirectory(atPath: root + "/Templates", withIntermediateDirectories: true)
        for (path, text) in templates {
            let place = URL(filePath: "\(root)/Templates/\(path)")
            try FileManager.default.createDirectory(
                at: place.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(text.utf8).write(to: place)
        }
        let text = """
            domain: localhost
            services: { cart: { upstream: "\(upstream)" } }
            fragments: { \(fragments) }
            pages: [ \(pages) ]
            \(rest)
            identity: { secret: 0123456789abcdef0123456789abcdef }
            """
        try Data(text.utf8).write(to: URL(filePath: root + "/gateway.yaml"))
        let check = SiteCheck(
            configurationPath: root + "/gateway.yaml",
            environment: [:],
            isLive: isLive,
            isStrict: isStrict
        )
        let report = await check.run()
        func short(_ text: String) -> String { text.replacingOccurrences(of: root + "/", with: "") }
        return Found(
            report: report,
            findings: report.findings.map { short("\($0.place): \($0.severity.rawValue): \($0.message)") },
            safeUses: report.safeUses.map { short($0.description) }
        )
    }

    /// Checks the site while its service answers by script; the findings, in which the service is `ORIGIN`.
    func check(answer: @escaping @Sendable (OriginRequest) -> [OriginStep]) async throws -> [String] {
        try await ScriptedOrigin.with(handler: OriginHandler(answer)) { origin in
            var site = self
            site.upstream = origin.url
            site.isLive = true
            return try await site.check().findings.map { $0.replacingOccurrences(of: origin.url, with: "ORIGIN") }
        }
    }
}
