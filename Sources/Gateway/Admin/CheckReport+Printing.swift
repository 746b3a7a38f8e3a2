internal import FoundationEssentials

extension CheckReport {
    /// The report for people: findings, what pages depend on, uses of `safe`, notes, and how it ended; ends with a line end.
    package var text: String {
        var parts: [String] = []
        if !findings.isEmpty { parts.append(findings.map(\.description).joined(separator: "\n")) }
        if !pages.isEmpty {
            parts.append((["Pages and what they depend on:"] + pages.map(\.line)).joined(separator: "\n"))
        }
        if !pages.isEmpty {
            let uses = safeUses.isEmpty ? ["  none"] : safeUses.map { "  \($0)" }
            parts.append((["Markup let through by 'safe':"] + uses).joined(separator: "\n"))
        }
        if !notes.isEmpty { parts.append(notes.joined(separator: "\n")) }
        parts.append(Self.count(errorCount, "error") + ", " + Self.count(warningCount, "warning"))
        return parts.joined(separator: "\n\n") + "\n"
    }

    /// The report for programs: one JSON object, which ends with a line end.
    package func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(Document(self)), as: UTF8.self) + "\n"
    }

    private static func count(_ count: Int, _ name: String) -> String {
        "\(count) \(name)\(count == 1 ? "" : "s")"
    }
}

extension CheckReport.Page {
    /// The page with what it depends on, in one line.
    fileprivate var line: String {
        var dependencies: [String] = []
        if readsUser || !userFragments.isEmpty {
            dependencies.append(userFragments.isEmpty ? "user" : "user (\(userFragments.joined(separator: ", ")))")
        }
        if dependsOnLanguage { dependencies.append("language") }
        if readsWholeQuery {
            dependencies.append("the whole query")
        } else if !queryNames.isEmpty {
            dependencies.append("query \(queryNames.joined(separator: ", "))")
        }
        let what = dependencies.isEmpty ? "nothing of the request but its path" : dependencies.joined(separator: "; ")
        return "  \(address)  \(template)  \(what)"
    }
}

/// The report as JSON.
private struct Document: Encodable {
    struct Place: Encodable {
        let file: String
        let line: Int?
        let column: Int?

        init(_ place: CheckPlace) {
            file = place.file
            line = place.line
            column = place.column
        }
    }

    struct Finding: Encodable {
        let severity: String
        let place: Place
        let message: String
        let remedy: String?
        /// The number of a section of Docs/Protocol.md.
        let section: String?
    }

    struct Page: Encodable {
        let address: String
        let template: String
        let user: Bool
        let userFragments: [String]
        let language: Bool
        let query: [String]
        let wholeQuery: Bool
    }

    let errors: Int
    let warnings: Int
    let findings: [Finding]
    let pages: [Page]
    let safe: [Place]
    let notes: [String]

    init(_ report: CheckReport) {
        errors = report.errorCount
        warnings = report.warningCount
        findings = report.findings.map {
            Finding(
                severity: $0.severity.rawValue,
                place: Place($0.place),
                message: $0.message,
                remedy: $0.remedy.isEmpty ? nil : $0.remedy,
                section: $0.section?.rawValue
            )
        }
        pages = report.pages.map {
            Page(
                address: $0.address,
                template: $0.template,
                user: $0.readsUser || !$0.userFragments.isEmpty,
                userFragments: $0.userFragments,
                language: $0.dependsOnLanguage,
                query: $0.queryNames,
                wholeQuery: $0.readsWholeQuery
            )
        }
        safe = report.safeUses.map { Place($0) }
        notes = report.notes
    }
}
