/// Gathers what a page reads of a request.
struct DependencyCollector {
    private var roots: Set<RootName> = []
    /// Names that are read as a whole, so that all of their members count.
    private var whole: Set<RootName> = []
    private var members: [RootName: Set<String>] = [:]

    /// The members of names that have always the same ones.
    static func members(of root: RootName) -> [String]? {
        switch root {
        case .request: ["host", "id", "lang", "method", "path", "url"]
        case .user: ["email", "name", "roles", "subject"]
        case .session: ["csrf", "devices"]
        case .page: ["meta", "status", "title"]
        case .csp: ["nonce"]
        case .path, .query, .site, .services, .now, .form, .errors, .flash: nil
        }
    }

    /// A name is read as a whole.
    mutating func readRoot(_ root: RootName) {
        roots.insert(root)
        whole.insert(root)
    }

    /// A member of a name is read.
    mutating func readMember(_ member: String, of root: RootName) {
        roots.insert(root)
        members[root, default: []].insert(member)
    }

    /// What has been gathered.
    var result: PageDependencies {
        let request =
            (whole.contains(.request) ? Self.members(of: .request) : nil) ?? members[.request, default: []].sorted()
        return PageDependencies(
            user: roots.contains(.user),
            language: request.contains("lang"),
            queryNames: members[.query, default: []].sorted(),
            wholeQuery: whole.contains(.query),
            pathNames: members[.path, default: []].sorted(),
            session: whole.contains(.session) || members[.session, default: []].contains("csrf"),
            devices: whole.contains(.session) || members[.session, default: []].contains("devices"),
            flash: roots.contains(.flash),
            cookies: !roots.isDisjoint(with: [.user, .session, .form, .errors]),
            now: roots.contains(.now),
            request: request,
            csp: roots.contains(.csp),
            page: roots.contains(.page),
            form: !roots.isDisjoint(with: [.form, .errors])
        )
    }
}
