/// How often shared fragments are asked for again as somebody else (`audit:`).
package struct AuditSettings: Sendable, Equatable {
    /// One in so many answers of services (`one-in:`); `nil` when it is `off`.
    package let interval: Int?

    package init(interval: Int? = 1000) {
        self.interval = interval
    }

    /// Reads `audit:`, which may be `off`.
    static func read(in top: ConfigurationSection) -> AuditSettings {
        if let cursor = top.cursor("audit"), cursor.isOff {
            top.reader.record { $0.value("audit", "off", .file(line: cursor.position.line, variables: [])) }
            return AuditSettings(interval: nil)
        }
        return top.section("audit") { section in
            AuditSettings(interval: section.value("one-in", .integer(1...1_000_000_000), default: 1000))
        }
    }
}
