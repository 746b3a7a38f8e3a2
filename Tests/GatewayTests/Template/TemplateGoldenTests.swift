import Foundation
import Testing

@testable import Gateway

/// Cases that cost no Swift: files of `Tests/Golden/Templates/errors`.
///
/// A file holds templates, each after a line `== path`, then a line of dashes, then what the compiler says of them.
/// With `UPDATE_GOLDEN=1` in the environment the last part is written anew instead of compared.
struct TemplateGoldenTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Golden/Templates/errors").standardizedFileURL

    private static let rule = String(repeating: "-", count: 80) + "\n"

    static func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false)).sorted()
    }

    @Test(arguments: try TemplateGoldenTests.names())
    func saysWhatTheFileSays(name: String) throws {
        let url = Self.folder.appending(path: name)
        let text = try String(contentsOf: url, encoding: .utf8)
        let rule = try #require(text.range(of: Self.rule), "the file has no line of 80 dashes")
        let input = text[..<rule.lowerBound]
        let found = Self.complaints(input) + "\n"
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            try (input + Self.rule + found).write(to: url, atomically: true, encoding: .utf8)
        } else {
            #expect(found == text[rule.upperBound...])
        }
    }

    private static func complaints(_ input: Substring) -> String {
        var sources: [TemplateSource] = []
        for part in input.components(separatedBy: "== ").dropFirst() {
            let line = part.firstIndex(of: "\n") ?? part.endIndex
            let text = part[line...].dropFirst()
            sources.append(TemplateSource(path: String(part[..<line]), text: String(text)))
        }
        let options = TemplateCompilerOptions(
            services: ["blog", "cart", "market"],
            asset: { $0 == "site.css" ? "/assets/site.css?v=1" : nil }
        )
        do throws(TemplateDiagnostics) {
            return TemplateDiagnostics(items: try TemplateCompiler.compile(sources, options: options).warnings)
                .description
        } catch {
            return error.description
        }
    }
}
