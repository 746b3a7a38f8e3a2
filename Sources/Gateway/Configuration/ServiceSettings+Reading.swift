internal import FragmentProtocol

extension ServiceSettings {
    /// Reads `services:`.
    static func readAll(in top: ConfigurationSection, domain: String) -> [ServiceSettings] {
        let example = "services: { blog: { upstream: \"http://127.0.0.1:5001\" } }"
        guard let cursor = top.cursor("services") else {
            top.reportMissing("services", advice: example)
            return []
        }
        guard
            let members = cursor.members(expectation: "a map such as { blog: { upstream: \"http://127.0.0.1:5001\" } }")
        else { return [] }
        if members.isEmpty, cursor.isEmptyCollection {
            cursor.report("services must name at least one service; write \(example)")
        }
        top.reader.record { $0.open("services") }
        defer { top.reader.record { $0.close() } }
        var hosts: [String: ServiceSettings] = [:]
        return members.compactMap { key, cursor in
            guard FragmentName(service: key.text, type: "any") != nil else {
                cursor.reader.report(
                    "the service '\(ConfigurationReader.shown(key.text))' must be named with lower-case letters, "
                        + "digits and '-', beginning with a letter",
                    at: key.position
                )
                return nil
            }
            top.reader.record { $0.open(key.text) }
            defer { top.reader.record { $0.close() } }
            let section = ConfigurationSection(
                cursor,
                expectation: "a map such as { upstream: \"http://127.0.0.1:5001\" }"
            )
            let service = ServiceSettings(section, name: key.text, domain: domain, position: key.position)
            if let other = hosts[service.hostLabel] {
                cursor.reader.report(
                    "\(cursor.name): the host '\(service.hostLabel)' is already the service '\(other.name)' (line "
                        + "\(other.position.line)); give each service its own",
                    at: section.cursor("host")?.position ?? key.position
                )
            }
            hosts[service.hostLabel] = hosts[service.hostLabel] ?? service
            return service
        }
    }

    private init(_ section: ConfigurationSection, name: String, domain: String, position: ConfigurationPosition) {
        self.name = name
        self.position = position
        hostLabel = section.value("host", .hostLabel, default: name)
        host = "\(hostLabel).\(domain)"
        let example = "upstream: \"http://127.0.0.1:5001\""
        if let cursor = section.cursor("upstream") {
            upstreams =
                section.list("upstream", of: .upstream, plural: "an address or a list of addresses") ?? []
            if cursor.isList, cursor.isEmptyCollection {
                cursor.report("\(cursor.name) must have at least one address; write \(example)")
            }
        } else {
            section.reportMissing("upstream", advice: example)
            upstreams = []
        }
        concurrency = section.value("concurrency", .integer(1...100_000), default: 64)
        hedgeBudget = section.value("hedge-budget", .integer(0...100), default: 5)
        retryBudget = section.value("retry-budget", .integer(0...100), default: 20)
        breaker = BreakerSettings.read(in: section)
        if let cursor = section.cursor("cache"), cursor.isOff {
            section.reader.record { $0.value("cache", "off", .file(line: cursor.position.line, variables: [])) }
            cache = .off
        } else {
            cache = section.value("cache", .answerCaching, default: .off)
        }
        largestCachedAnswer = section.value("cache-max-size", .size(1...8 << 20), default: 1 << 20)
        section.finish()
    }
}

extension ScalarForm where Value == AnswerCaching {
    /// `off` or `rfc`.
    fileprivate static var answerCaching: ScalarForm {
        ScalarForm(
            expectation: "'off' or 'rfc'",
            parse: { AnswerCaching(rawValue: $0).map { .value($0) } ?? .mismatch },
            plain: \.rawValue
        )
    }
}
