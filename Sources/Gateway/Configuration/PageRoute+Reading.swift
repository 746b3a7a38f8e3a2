extension PageRoute {
    /// Reads `pages:`.
    static func readAll(
        in top: ConfigurationSection,
        services: [ServiceSettings],
        budget: Duration,
        hasSignOn: Bool
    ) -> [PageRoute] {
        let example = "[{ host: blog, path: \"/\", template: blog/home.html }]"
        guard let entries = top.cursor("pages")?.list(expectation: "a list such as \(example)") else { return [] }
        top.reader.record { $0.open("pages") }
        defer { top.reader.record { $0.close() } }
        var pages: [Shape: PageRoute] = [:]
        return entries.compactMap { cursor in
            top.reader.record { $0.openItem() }
            defer { top.reader.record { $0.close() } }
            guard let page = read(cursor, services: services, budget: budget, hasSignOn: hasSignOn) else { return nil }
            let shape = Shape(page)
            if let first = pages[shape] {
                top.reader.report(
                    "\(cursor.name): the path \(page.path) of \(page.host) is already \(first.path) on line "
                        + "\(first.position.line); keep one of them",
                    at: cursor.position
                )
                return nil
            }
            pages[shape] = page
            return page
        }
    }

    private static func read(
        _ cursor: ConfigurationCursor,
        services: [ServiceSettings],
        budget: Duration,
        hasSignOn: Bool
    ) -> PageRoute? {
        let section = ConfigurationSection(
            cursor,
            expectation: "a map such as { host: blog, path: \"/\", template: blog/home.html }"
        )
        guard section.isReadable else { return nil }
        let labels = services.map(\.hostLabel)
        let hostForm = ScalarForm.hostLabel.checked { label in
            labels.contains(label)
                ? nil : "no service has the host '\(label)'; \(NearestKey.advice(for: label, in: labels, of: "hosts"))"
        }
        let host = section.required("host", hostForm, advice: "host: \(labels.first ?? "blog")")
        let path = section.required("path", .pathPattern, advice: "path: \"/\"")
        let template = section.required("template", .templatePath, advice: "template: blog/home.html")
        let ownBudget = section.value("budget", .timeout, default: budget)
        section.refuse("cache", "take it out; each fragment of the page is cached by its rule")
        let requirement = section.optional("require", .pageRequirement, absent: .comment("everybody"))
        if requirement != nil, !hasSignOn, let cursor = section.cursor("require") {
            cursor.report("\(cursor.name) needs somebody to sign in with; add sso: or take require out")
        }
        section.finish()
        guard let host, let path, let template, let service = services.first(where: { $0.hostLabel == host }) else {
            return nil
        }
        return PageRoute(
            host: service.host,
            service: service.name,
            path: path,
            template: template,
            budget: ownBudget,
            requirement: requirement,
            position: cursor.position,
            templatePosition: section.cursor("template")?.position ?? cursor.position
        )
    }

    /// What two routes have in common that match the same paths: the names of captures play no part.
    private struct Shape: Hashable {
        let host: String
        let segments: [PathPattern.Segment]

        init(_ page: PageRoute) {
            host = page.host
            segments = page.path.segments.map { if case .capture = $0 { .capture("") } else { $0 } }
        }
    }
}
