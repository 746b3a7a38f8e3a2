extension CompressionSettings {
    /// Reads `compression:`, which may be `off`.
    static func read(in top: ConfigurationSection) -> CompressionSettings {
        if let cursor = top.cursor("compression"), cursor.isOff {
            top.reader.record { $0.value("compression", "off", .file(line: cursor.position.line, variables: [])) }
            return .off
        }
        return top.section("compression", CompressionSettings.init)
    }

    private init(_ section: ConfigurationSection) {
        let fallback = CompressionSettings()
        self.init(
            codings: Self.codings(in: section, default: fallback.codings),
            minimumSize: section.value("min-size", .size(0...1 << 30), default: fallback.minimumSize),
            level: section.value("level", .integer(1...9), default: fallback.level),
            personal: Personal(
                rawValue: section.value(
                    "personal",
                    .word(Personal.allCases.map(\.rawValue)),
                    default: fallback.personal.rawValue
                )
            ) ?? fallback.personal,
            memory: section.value("memory", .size(1 << 20...1 << 40), default: fallback.memory)
        )
    }

    private static func codings(in section: ConfigurationSection, default fallback: [ContentCoding]) -> [ContentCoding]
    {
        let names = ContentCoding.configurable.map { "\($0.token)" }
        guard let cursor = section.cursor("codings") else {
            let text = fallback.map { "\($0.token)" }.joined(separator: ", ")
            section.reader.record { $0.value("codings", "[\(text)]", .default) }
            return fallback
        }
        guard let chosen = section.list("codings", of: .word(names), plural: "a list such as [br, gzip]") else {
            return fallback
        }
        if cursor.isList, cursor.isEmptyCollection {
            cursor.report("\(cursor.name) must have at least one coding; for none, write compression: off")
        }
        return chosen.compactMap { name in ContentCoding.configurable.first { "\($0.token)" == name } }
    }
}

extension ContentCoding {
    /// Those that gateway.yaml can name.
    fileprivate static let configurable: [ContentCoding] = [.dictionaryZstd, .brotli, .zstd, .gzip]
}
