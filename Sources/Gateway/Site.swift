import FragmentProtocol
import NIOCore

/// Everything that a configuration and its templates make of the gateway: immutable, and swapped whole.
final class Site: Sendable {
    let configuration: GatewayConfiguration
    let table: RouteTable
    /// In the order of the routes in gateway.yaml, whose indices the table gives.
    let pages: [SitePage]
    /// The pages for what went wrong, by their status: 403, 404, 502 and 503.
    let errorPages: [Int: SitePage]
    /// The pages of the sign-on itself, as far as there are templates for them.
    let signOnPages: [SignOnPage: SitePage]
    let assets: [SiteAsset]
    let siteValue: Value
    let servicesValue: Value
    let languages: [String]
    /// Whether browsers reach the site by https.
    let isSecure: Bool
    let fetcher: Fetcher
    /// The service of each host, in the table's order.
    let services: [ServiceSettings]
    /// Where a service's answer to a form may send the browser.
    let redirects: RedirectPolicy
    /// What browsers that have it need not be sent again in every page.
    let dictionary: SharedDictionary?
    /// What is wrong with the templates, while the site is developed: shown in place of every page.
    let diagnostics: String?

    init(
        configuration: GatewayConfiguration,
        templates: TemplateSet,
        assets: [SiteAsset],
        dictionary: SharedDictionary? = nil,
        fetcher: Fetcher,
        hasher: CacheKeyHasher,
        declared: DeclaredVariations = DeclaredVariations()
    ) {
        self.configuration = configuration
        self.assets = assets
        self.dictionary = dictionary
        self.fetcher = fetcher
        self.services = configuration.services
        self.siteValue = Value(configuration.site.values)
        self.servicesValue = Self.servicesValue(configuration)
        self.languages = configuration.site.languages
        self.isSecure = configuration.publicURL.scheme == "https"
        self.redirects = RedirectPolicy(origins: configuration.services.map { configuration.publicOrigin(of: $0) })
        self.diagnostics = nil
        let security = SecurityHeaders(configuration)
        self.pages = configuration.pages.compactMap { route in
            templates.programs[route.template].map {
                SitePage(
                    program: $0,
                    host: route.host,
                    captureNames: route.path.captureNames,
                    budget: route.budget,
                    requirement: route.requirement,
                    configuration: configuration,
                    security: security,
                    hasher: hasher,
                    declared: declared
                )
            }
        }
        var errorPages: [Int: SitePage] = [:]
        for status in [403, 404, 502, 503] {
            guard let program = templates.programs["errors/\(status).html"] else { continue }
            errorPages[status] = SitePage(
                program: program,
                host: "",
                captureNames: [],
                budget: configuration.limits.pageBudget,
                configuration: configuration,
                security: security,
                hasher: hasher,
                declared: declared
            )
        }
        self.errorPages = errorPages
        self.signOnPages = SignOnPage.allCases.reduce(into: [:]) { pages, kind in
            guard let program = templates.programs[kind.rawValue] else { return }
            pages[kind] = SitePage(
                program: program,
                host: "",
                captureNames: [],
                budget: configuration.limits.pageBudget,
                configuration: configuration,
                security: SecurityHeaders(configuration, of: kind),
                hasher: hasher,
                declared: declared
            )
        }
        self.table = RouteTable(
            hosts: configuration.services.map(\.host),
            routes: configuration.pages.filter { templates.programs[$0.template] != nil }
                .map { RouteTable.Route(host: $0.host, path: $0.path) },
            assets: assets.map(\.path),
            hasSignOn: configuration.signOn != nil
        )
    }

    /// The same site with a message in place of its pages, for as long as its changed files are not in order.
    func showing(_ diagnostics: String) -> Site { Site(self, diagnostics: diagnostics) }

    private init(_ site: Site, diagnostics: String) {
        self.configuration = site.configuration
        self.table = site.table
        self.pages = site.pages
        self.errorPages = site.errorPages
        self.signOnPages = site.signOnPages
        self.assets = site.assets
        self.dictionary = site.dictionary
        self.siteValue = site.siteValue
        self.servicesValue = site.servicesValue
        self.languages = site.languages
        self.isSecure = site.isSecure
        self.fetcher = site.fetcher
        self.services = site.services
        self.redirects = site.redirects
        self.diagnostics = diagnostics
    }

    /// The values of `site` and `services`, which are the same on every page and so become static text.
    static func constants(_ configuration: GatewayConfiguration) -> [RootName: Value] {
        [.site: Value(configuration.site.values), .services: Self.servicesValue(configuration)]
    }

    private static func servicesValue(_ configuration: GatewayConfiguration) -> Value {
        .object(
            ValueObject(
                configuration.services.map {
                    ($0.name, .object(["url": .string(configuration.publicOrigin(of: $0))]))
                }
            )
        )
    }

    /// Every use of a fragment on any page.
    private var uses: some Sequence<BoundUse> {
        (self.pages + self.errorPages.values + self.signOnPages.values).lazy.flatMap(\.uses)
    }

    /// What manifests add to the rules, for each fragment of the pages that they add something to.
    var declared: [FragmentName: FragmentVariation] {
        self.uses.reduce(into: [:]) { result, bound in
            if !bound.settings.declaredVary.isEmpty { result[bound.use.name] = bound.settings.declaredVary }
        }
    }

    /// Whether what manifests declare changes anything of a page.
    func isChanged(by declared: DeclaredVariations) -> Bool {
        self.uses.contains { self.configuration.settings(for: $0.use.name, declared: declared) != $0.settings }
    }

    /// The error page for a status; the nearest there is.
    func errorPage(_ status: Int) -> SitePage? {
        self.errorPages[status] ?? self.errorPages[status == 504 ? 502 : status >= 500 ? 503 : 404]
    }
}

/// A page of the site: its program, bound to the configuration's rules.
final class SitePage: Sendable {
    let program: PageProgram
    let uses: [BoundUse]
    let memoryTimings: MemoryTimings
    let captureNames: [String]
    /// The page's public origin, `http://blog.localhost:8080`; empty for error pages.
    let origin: String
    let budget: Duration
    /// The lines of the head that are the same for every answer, after the status line and up to `Date`.
    let headLines: ByteBuffer
    /// The same, with the status line of an ordinary answer in front.
    let okLines: ByteBuffer
    /// The identity of the page's static text, from which the recipes of its answers begin.
    let textKey: CacheKey
    /// Room in front of a body for its head.
    let headRoom: Int
    /// Whether it matters who is looking.
    let needsSession: Bool
    let makesSession: Bool
    /// Whether it shows the message of what has just been done.
    let needsFlash: Bool
    /// Whether it lists the person's devices.
    let needsDevices: Bool
    /// Who may see it; nil for everybody.
    let requirement: PageRequirement?
    let needsLanguage: Bool

    init(
        program: PageProgram,
        host: String,
        captureNames: [String],
        budget: Duration,
        requirement: PageRequirement? = nil,
        configuration: GatewayConfiguration,
        security: SecurityHeaders,
        hasher: CacheKeyHasher,
        declared: DeclaredVariations = DeclaredVariations()
    ) {
        self.program = program
        self.requirement = requirement
        self.uses = program.uses.map { use in
            BoundUse(
                use,
                settings: configuration.settings(for: use.name, declared: declared),
                hasFallback: program.hasFallback(use),
                languages: configuration.site.languages,
                hasher: hasher
            )
        }
        self.memoryTimings = MemoryTimings(self.uses)
        self.captureNames = captureNames
        self.origin = host.isEmpty ? "" : configuration.publicURL.origin(ofHost: host)
        self.budget = budget
        let lines = security.lines + Self.vary(configuration.compression)
        self.headLines = ByteBuffer(string: lines)
        self.okLines = ByteBuffer(string: "HTTP/1.1 200 OK\r\n" + lines)
        self.textKey = hasher.hash(program.staticText)
        self.makesSession = program.dependencies.session
        self.needsDevices = program.dependencies.devices
        self.needsFlash = program.dependencies.flash
        self.needsSession =
            program.dependencies.session || program.dependencies.user || program.dependencies.devices
            || requirement != nil || self.uses.contains(where: \.isPersonal)
        self.needsLanguage =
            program.dependencies.language || program.dependencies.request.contains("lang")
            || self.uses.contains(where: \.variesByLanguage)
        // A use in a loop may stand in the timing more often than once; what does not fit is left out.
        self.headRoom =
            1024 + self.headLines.readableBytes + self.uses.reduce(0) { $0 + $1.timingName.readableBytes + 20 } * 2
    }

    /// The line `Vary`: what a page's coding is chosen by.
    private static func vary(_ compression: CompressionSettings) -> String {
        if compression.codings.isEmpty { return "" }
        let hasDictionary = compression.codings.contains(.dictionaryZstd)
        return "Vary: Accept-Encoding\(hasDictionary ? ", Available-Dictionary" : "")\r\n"
    }
}

/// The headers that guard every page against what a browser could be made to do with it.
struct SecurityHeaders: Sendable {
    let lines: String
    /// With more services than this the policy names all hosts of the domain at once: a head has a bound.
    private static let namedOrigins = 24

    /// - Parameters:
    ///   - configuration: the hosts and their addresses.
    ///   - signOn: which page of the sign-on it is, if it is one; those are kept nowhere.
    init(_ configuration: GatewayConfiguration, of signOn: SignOnPage? = nil) {
        let services = configuration.services
        let origins =
            services.count <= Self.namedOrigins
            ? services.map { configuration.publicOrigin(of: $0) }.joined(separator: " ")
            : configuration.publicURL.origin(ofHost: "*.\(configuration.domain)")
        let policy = [
            "default-src 'none'", "img-src 'self' data: \(origins)", "style-src 'self' \(origins)",
            "font-src 'self'", "connect-src 'self'", "manifest-src 'self'", "form-action 'self' \(origins)",
            "base-uri 'none'", "frame-ancestors 'none'",
        ].joined(separator: "; ")
        self.lines = """
            Content-Type: text/html; charset=utf-8\r
            Cache-Control: \(signOn == nil ? "private, no-cache" : "no-store")\r
            Content-Security-Policy: \(policy)\r
            X-Content-Type-Options: nosniff\r
            Referrer-Policy: \(signOn?.referrerPolicy ?? "strict-origin-when-cross-origin")\r

            """
    }
}

extension PageProgram {
    /// Whether the template has an `or` body for a use.
    func hasFallback(_ use: FragmentUse) -> Bool {
        for (position, instruction) in self.instructions.enumerated() {
            if case .fragment(let index, _, let then) = instruction, Int(index) == use.index {
                return Int(then) != position + 1
            }
        }
        return false
    }
}

extension Value {
    /// A value of gateway.yaml as templates see it.
    init(_ value: ConfigurationValue) {
        switch value {
        case .none: self = .none
        case .bool(let truth): self = .bool(truth)
        case .integer(let integer): self = .integer(integer)
        case .number(let number): self = .number(number)
        case .string(let text): self = .string(text)
        case .array(let items): self = .array(items.map(Value.init))
        case .object(let members): self = .object(ValueObject(members.map { ($0.name, Value($0.value)) }))
        }
    }
}
