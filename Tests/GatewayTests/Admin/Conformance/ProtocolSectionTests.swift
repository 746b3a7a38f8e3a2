import Foundation
import Testing

@testable import Gateway

@Suite("The sections of Docs/Protocol.md")
struct ProtocolSectionTests {
    private static func text(of path: String) throws -> String {
        try String(contentsOf: URL(filePath: ConfigurationSamples.projectFolder + "/Docs/" + path), encoding: .utf8)
    }

    @Test("Each one that findings name has its heading", arguments: ProtocolSection.allCases)
    func headings(_ section: ProtocolSection) throws {
        let headings = try Self.text(of: "Protocol.md").split(separator: "\n").filter { $0.hasPrefix("### ") }
        #expect(headings.contains("### \(section)"))
    }

    @Test("The page shows the example as it is in its file")
    func example() throws {
        let example = try Self.text(of: "examples/weather.py")
        #expect(
            try Self.text(of: "Protocol.md").contains("<!-- file: examples/weather.py -->\n```python\n\(example)```\n")
        )
    }

    @Test(
        "A header field leads to the section that tells of it",
        arguments: [
            ("Cache-Tag", ProtocolSection.tags), ("ETag", .validators), ("Fragment-Meta", .pageFields),
            ("CONTENT-TYPE", .contentType), ("Age", .lifetime), ("Vary", .vary), ("Set-Cookie", .cookies),
        ]
    )
    func fields(_ name: String, _ section: ProtocolSection) {
        #expect(ProtocolSection(ofField: name) == section)
    }
}
