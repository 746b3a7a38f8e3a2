extension AddressExplanation {
    /// The explanation for people.
    package var text: String {
        var lines = ["\(self.url)", "  \(self.headline)"]
        if let page {
            lines += [
                "  route     \(page.route) (gateway.yaml:\(page.routeLine))", "  template  \(page.template)",
                "  budget    \(TimeText(duration: .milliseconds(page.budget)))", "",
            ]
            for fragment in page.fragments { lines += fragment.lines + [""] }
            if page.fragments.isEmpty { lines += ["  It uses no fragments.", ""] }
        }
        lines += self.notes.map { "  Note: \($0)" }
        while lines.last?.isEmpty ?? false { lines.removeLast() }
        return lines.joined(separator: "\n") + "\n"
    }

    private var headline: String {
        switch self.kind {
        case .page: "is a page of the service \(self.service ?? "")"
        case .asset: "is a file of the gateway's own"
        case .passThrough: "is no page: it is passed through to the service \(self.service ?? "")"
        case .signOn: "is no page: the gateway itself signs people in and out there"
        case .reserved: "is answered with 404: only the gateway may ask services for it"
        case .malformed: "is answered with 400: the path holds an encoding that no text has"
        case .unknownHost: "is answered with 421: no service of gateway.yaml has this host"
        }
    }
}

extension FragmentExplanation {
    fileprivate var lines: [String] {
        var roles: [String] = []
        if self.isPrimary { roles.append("primary") }
        if self.isRequired { roles.append("required") }
        if self.hasFallback { roles.append("with a fallback") }
        let role = roles.isEmpty ? "" : " (\(roles.joined(separator: ", ")))"
        var lines = [
            "  \(self.fragment)\(role)", "    next      \(self.sourceText)", "    key       \(self.key)",
            "    scope     \(self.scopeText)", "    rule      \(self.rule.text)",
        ]
        let held = self.memory.count { $0 != nil }
        if let copy = self.memory.compactMap({ $0 }).first {
            lines.append("    memory    \(copy.text) (on \(held) of \(self.memory.count) event loops)")
        }
        if let redis { lines.append("    redis     \(redis.text)") }
        if !self.tags.isEmpty { lines.append("    tags      \(self.tags.joined(separator: " "))") }
        lines.append("    used at   \(self.places.joined(separator: ", "))")
        return lines
    }

    private var sourceText: String {
        switch self.source {
        case .memory: "from memory"
        case .redis: "from Redis"
        case .stale: "a stale copy, while a newer one is fetched"
        case .service: "asked of the service"
        }
    }

    private var scopeText: String {
        let scope =
            switch self.scope {
            case .everybody: "one copy for everybody"
            case .language: "one copy for each language"
            case .user: "one copy for each person; this is the one of visitors without a session"
            }
        guard !self.declared.isEmpty else { return scope }
        return "\(scope) (the service's manifest adds \(self.declared.joined(separator: ", ")) to the rule)"
    }
}

extension RuleExplanation {
    fileprivate var text: String {
        let name =
            self.pattern.map { "\"\($0)\" (gateway.yaml:\(self.line ?? 0))" } ?? "none matches; the defaults hold"
        var parts: [String] = []
        func add(_ key: String, _ milliseconds: Int64?) {
            if let milliseconds { parts.append("\(key) \(TimeText(duration: .milliseconds(milliseconds)))") }
        }
        add("ttl", self.ttl)
        add("stale-while-revalidate", self.staleWhileRevalidate)
        add("stale-if-error", self.staleIfError)
        add("timeout", self.timeout)
        if self.honoursOrigin {
            parts.append("the service's headers win")
        } else if self.ttl == nil {
            parts.append("the service's headers decide")
        }
        return "\(name): \(parts.joined(separator: ", "))"
    }
}

extension CopyExplanation {
    fileprivate var text: String {
        let time =
            self.freshFor > 0
            ? "fresh for \(AgeText(milliseconds: self.freshFor)) more"
            : "\(self.state == .expired ? "expired" : self.state.rawValue), stale since \(AgeText(milliseconds: -self.freshFor))"
        return
            "\(time), \(AgeText(milliseconds: self.age)) old, status \(self.status), \(self.bytes) bytes, fetched in \(self.fetchedIn)ms"
    }
}
