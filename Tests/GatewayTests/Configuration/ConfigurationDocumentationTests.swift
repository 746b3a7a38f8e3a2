import Foundation
import Testing

@testable import Gateway

/// `Docs/Configuration.md` and the code know the same keys, with the same defaults.
@Suite struct ConfigurationDocumentationTests {
    /// A row of a table of keys.
    private struct Row {
        let key: String
        let type: String
        let fallback: String
    }

    private static let sectionNames = [
        "Keys at the top", "listen", "site", "redis", "memory", "compression", "services", "fragments", "pages",
        "breaker", "manifests", "limits",
        "identity", "session", "sso", "sso.clients", "sso.session",
    ]

    /// The tables of keys, by the heading above them.
    private func tables() throws -> [String: [Row]] {
        let file = URL(filePath: ConfigurationSamples.projectFolder + "/Docs/Configuration.md")
        var tables: [String: [Row]] = [:]
        var heading = ""
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
            if line.hasPrefix("## ") { heading = String(line.dropFirst(3)) }
            guard line.hasPrefix("| `") else { continue }
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            try #require(cells.count == 4, "\(line)")
            tables[heading, default: []].append(
                Row(key: cells[0].trimmingCharacters(in: ["`"]), type: cells[1], fallback: cells[2])
            )
        }
        return tables
    }

    /// The keys that the code knows in each section, taken from its record of a file that has all of them.
    private func knownKeys() throws -> [String: Set<String>] {
        let eddsa = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
        let texts = [
            ConfigurationSamples.everything,
            "identity: { algorithm: eddsa, private-key: \"\(eddsa)\" }\n" + ConfigurationSamples.smallest,
            ConfigurationSamples.sentinels, ConfigurationSamples.cluster,
        ]
        var keys: [String: Set<String>] = [:]
        for text in texts {
            let effective = try EffectiveConfiguration.load(
                text: text,
                file: "gateway.yaml",
                environment: ConfigurationSamples.environment
            )
            var section = ""
            var subsection = ""
            for line in effective.description.split(separator: "\n") {
                let indentation = line.prefix { $0 == " " }.count
                let content = line.drop { " -#".contains($0) }
                let key = String(content.prefix { $0 != ":" })
                if indentation == 0 {
                    section = key
                    keys["Keys at the top", default: []].insert(key)
                    continue
                }
                if section == "services", indentation == 6 { keys["breaker", default: []].insert(key) }
                if section == "sso" {
                    if indentation == 2 { subsection = key }
                    // Clients are below the names of their services.
                    if indentation == (subsection == "clients" ? 6 : 4) {
                        keys["sso.\(subsection)", default: []].insert(key)
                    }
                }
                let isKey =
                    switch section {
                    case "services", "fragments": indentation == 4
                    case "sso": indentation == 2
                    case "site": ["name", "languages"].contains(key)
                    default: true
                    }
                if isKey { keys[section, default: []].insert(key) }
            }
        }
        return keys
    }

    @Test func everyKeyIsDocumentedAndEveryDocumentedKeyIsKnown() throws {
        let tables = try tables()
        let known = try knownKeys()
        for name in Self.sectionNames {
            let documented = try #require(tables[name], "no table for \(name)").map(\.key)
            #expect(Set(documented) == known[name], "\(name)")
            #expect(Set(documented).count == documented.count, "\(name)")
        }
    }

    @Test func everyLimitOfTheCodeIsDocumentedWithItsDefault() throws {
        let limits = try #require(try tables()["limits"])
        let properties = Mirror(reflecting: LimitSettings()).children
        #expect(limits.count == properties.count)
        for (label, value) in properties {
            // requestLine is request-line.
            let key = try #require(label).reduce("") { $0 + ($1.isUppercase ? "-" : "") + $1.lowercased() }
            let row = try #require(limits.first { $0.key == key }, "no row for limits.\(key)")
            let text = row.fallback.trimmingCharacters(in: ["`"])
            switch value {
            case let duration as Duration: #expect(TimeText(text)?.duration == duration, "\(key)")
            case let count as Int where row.type.hasPrefix("size"): #expect(ByteSize(text)?.bytes == count, "\(key)")
            case let count as Int: #expect(Int(text) == count, "\(key)")
            default: Issue.record("limits.\(key) is of another kind")
            }
        }
    }

    @Test func theDefaultsOfRulesAreDocumented() throws {
        let rows = try #require(try tables()["fragments"])
        let text = ConfigurationSamples.smallest + "fragments: { \"*\": {} }\n"
        let effective = try EffectiveConfiguration.load(text: text, file: "gateway.yaml", environment: [:]).description
        for key in ["timeout", "negative-ttl", "retries", "hedge", "max-size", "honour-origin"] {
            let fallback = try #require(rows.first { $0.key == key }).fallback.trimmingCharacters(in: ["`"])
            #expect(effective.contains("    \(key): \(fallback)  # default\n"), "\(key)")
        }
    }
}
