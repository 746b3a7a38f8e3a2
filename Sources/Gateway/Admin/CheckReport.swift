/// What a check of the site, or of a service, found.
package struct CheckReport: Sendable {
    /// What one route's page depends on; copies of the page could be shared by requests that agree in it.
    package struct Page: Sendable, Hashable {
        /// The page's address with the route's pattern: `http://blog.localhost:8080/posts/{slug}`.
        package let address: String
        /// The template's path in the folder of templates.
        package let template: String
        /// Whether the template reads who asks or has a session.
        package let readsUser: Bool
        /// The fragments that are asked for with who asks, sorted.
        package let userFragments: [String]
        /// Whether the template, or a fragment by its rule, depends on the language.
        package let dependsOnLanguage: Bool
        /// The parameters of the query that the template reads, sorted.
        package let queryNames: [String]
        /// Whether the template reads the query as a whole.
        package let readsWholeQuery: Bool
    }

    /// The findings, errors and warnings by place; configuration first.
    package let findings: [CheckFinding]
    /// The pages, in the order of the configuration; empty when the templates do not compile.
    package let pages: [Page]
    /// Where templates let markup through with `safe`, sorted.
    package let safeUses: [CheckPlace]
    /// What was checked and what could not be, in sentences; empty for a site.
    package let notes: [String]
    /// Whether the configuration file could not even be read, or the service could not be reached.
    package let isUnreadable: Bool

    init(
        findings: [CheckFinding],
        pages: [Page] = [],
        safeUses: [CheckPlace] = [],
        notes: [String] = [],
        isUnreadable: Bool = false
    ) {
        self.findings = findings
        self.pages = pages
        self.safeUses = safeUses
        self.notes = notes
        self.isUnreadable = isUnreadable
    }

    /// How many errors there are.
    package var errorCount: Int { findings.count { $0.severity == .error } }

    /// How many warnings there are.
    package var warningCount: Int { findings.count - errorCount }

    /// The status that the command exits with: 0 without errors, 1 with some, 2 when there was nothing to check.
    package var exitStatus: Int32 { isUnreadable ? 2 : errorCount > 0 ? 1 : 0 }
}
