import Foundation
import Testing

extension EndToEndTests {
    @Suite("The README")
    struct ReadmeTests {
        @Test("the smallest site does what the README says, and so does its service's end")
        func smallestSite() async throws {
            let files = try readmeFiles()
            let (port, adminPort, servicePort) = (try FreePorts.row(), try FreePorts.row(), try FreePorts.row())
            let folder = try TemporaryFolder()
            for (path, text) in files {
                let moved = text.replacing("8080", with: String(port)).replacing("5010", with: String(servicePort))
                    .replacing("listen: { ", with: #"listen: { admin: "127.0.0.1:\#(adminPort)", "#)
                try folder.write(moved, to: path)
            }
            #expect(files.keys.sorted() == ["Templates/weather.html", "gateway.yaml", "weather.py"])
            let service = try ServerProcess(
                path: "/usr/bin/env",
                arguments: ["python3", "weather.py"],
                workingIn: folder.url,
                log: folder.url.appendingPathComponent("weather.log")
            )
            try await service.waitUntilReady {
                // Python needs a moment to start.
                (try? await RawClient.get("/internal/fragments/today", host: "x", from: servicePort))?.status == 200
            }
            let gateway = try ServerProcess(
                "gateway",
                arguments: ["serve"],
                workingIn: folder.url,
                log: folder.url.appendingPathComponent("gateway.log")
            )
            try await gateway.waitUntilReady {
                (try? await RawClient.get("/ready", host: "localhost", from: adminPort))?.status == 200
            }
            let page = try await RawClient.get("/", host: "weather.localhost:\(port)", from: port)
            #expect(page.status == 200)
            #expect(page.text.hasOrder(["<h1>Today</h1>", "<p>Sunny, 21 degrees.</p>", "</html>"]))
            await service.stop()
            let without = try await RawClient.get("/", host: "weather.localhost:\(port)", from: port)
            #expect(without.text.contains("Sunny") || without.text.contains("No forecast just now."))
            await gateway.stop()
        }

        /// The blocks of code that follow `<!-- file: NAME -->`, by name.
        private func readmeFiles() throws -> [String: String] {
            let readme = try String(
                contentsOf: TemporaryFolder.project().appendingPathComponent("README.md"),
                encoding: .utf8
            )
            var files: [String: String] = [:]
            for part in readme.split(separator: "<!-- file: ").dropFirst() {
                let name = String(part.prefix { $0 != " " })
                let block = part.split(separator: "```", maxSplits: 2, omittingEmptySubsequences: false)
                try #require(block.count == 3, "no block of code after the name \(name)")
                files[name] = String(block[1].drop { $0 != "\n" }.dropFirst())
            }
            return files
        }
    }
}
