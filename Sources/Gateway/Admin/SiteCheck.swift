internal import FragmentProtocol

/// Checks a site without serving it: the configuration, the templates, and with `isLive` the running services too.
package struct SiteCheck: Sendable {
    private let configurationPath: String
    private let environment: [String: String]
    private let isLive: Bool
    private let isStrict: Bool

    /// A check.
    ///
    /// - Parameters:
    ///   - configurationPath: the file, as findings name it.
    ///   - environment: what `${NAME}` stands for in it.
    ///   - isLive: whether the services are asked for their manifests and examples.
    ///   - isStrict: whether warnings are errors.
    package init(
        configurationPath: String,
        environment: [String: String],
        isLive: Bool = false,
        isStrict: Bool = false
    ) {
        self.configurationPath = configurationPath
        self.environment = environment
        self.isLive = isLive
        self.isStrict = isStrict
    }

    /// Everything that can be found; what is wrong with one part keeps only those from being checked that need it.
    package func run() async -> CheckReport {
        let configuration: GatewayConfiguration
        do throws(ConfigurationErrors) {
            configuration = try GatewayConfiguration.load(path: configurationPath, environment: environment)
        } catch {
            let findings = error.errors.map { CheckFinding.error(CheckPlace($0.position, in: $0.file), $0.message) }
            return CheckReport(findings: findings, isUnreadable: error.errors.allSatisfy { $0.position == nil })
        }
        var findings: [CheckFinding] = []
        let templates = Self.templates(of: configuration, &findings)
        if isLive {
            let survey = await ServiceSurvey.run(configuration)
            findings += survey.findings
            findings += ManifestCheck.findings(
                configuration: configuration,
                programs: templates?.programs.values.sorted { $0.path < $1.path } ?? [],
                manifests: survey.manifests
            )
        }
        return CheckReport(
            findings: arrange(findings, file: configuration.file),
            pages: templates.map { Self.pages(of: configuration, $0) } ?? [],
            safeUses: templates?.safeUses.map { CheckPlace($0, folder: configuration.templates) } ?? []
        )
    }

    /// Sorts by place, the configuration first, and takes out what was found several times.
    private func arrange(_ findings: [CheckFinding], file: String) -> [CheckFinding] {
        var seen: Set<CheckFinding> = []
        return findings.filter { seen.insert($0).inserted }
            .enumerated()
            .sorted { left, right in
                let (first, second) = (left.element.place, right.element.place)
                if (first.file == file) != (second.file == file) { return first.file == file }
                return first == second ? left.offset < right.offset : first < second
            }
            .map { entry in
                var finding = entry.element
                if isStrict { finding.severity = .error }
                return finding
            }
    }

    /// Compiles the templates and looks for those of the routes; nil when they do not compile.
    private static func templates(
        of configuration: GatewayConfiguration,
        _ findings: inout [CheckFinding]
    ) -> TemplateSet? {
        let folder: TemplateFolder
        do throws(TemplateFolderError) {
            folder = try TemplateFolder.load(path: configuration.templates)
        } catch {
            findings += error.problems.map { .error(CheckPlace(file: error.place(of: $0)), $0.message) }
            return nil
        }
        let options = TemplateCompilerOptions(
            services: configuration.services.map(\.name),
            asset: { folder.asset(named: $0)?.url },
            constants: Site.constants(configuration)
        )
        let templates: TemplateSet?
        do throws(TemplateDiagnostics) {
            let compiled = try TemplateCompiler.compile(folder.sources, options: options)
            findings += compiled.warnings.map { CheckFinding($0, folder: configuration.templates) }
            templates = compiled
        } catch {
            findings += error.items.map { CheckFinding($0, folder: configuration.templates) }
            templates = nil
        }
        let paths = folder.sources.map(\.path)
        for route in configuration.pages {
            let place = CheckPlace(route.templatePosition, in: configuration.file)
            if !paths.contains(route.template) {
                let message = "there is no template '\(route.template)' in \(configuration.templates)"
                let suggestion = NearestName.suggestion(for: route.template, among: paths).map { "; \($0)" } ?? ""
                findings.append(.error(place, message + suggestion))
            } else if let templates {
                check(route, templates.programs[route.template], at: place, &findings)
            }
        }
        return templates
    }

    private static func check(
        _ route: PageRoute,
        _ program: PageProgram?,
        at place: CheckPlace,
        _ findings: inout [CheckFinding]
    ) {
        guard let program else {
            findings.append(.error(place, "'\(route.template)' is a part of other templates and no page by itself"))
            return
        }
        for name in program.dependencies.pathNames where !route.path.captureNames.contains(name) {
            let message = "'\(route.template)' reads path.\(name), which '\(route.path)' does not capture"
            findings.append(.warning(place, message))
        }
    }

    private static func pages(of configuration: GatewayConfiguration, _ templates: TemplateSet) -> [CheckReport.Page] {
        configuration.pages.compactMap { route in
            guard let program = templates.programs[route.template] else { return nil }
            let names = Set(program.uses.map(\.name))
            func varying(by variation: FragmentVariation) -> [String] {
                names.filter { configuration.settings(for: $0).vary.contains(variation) }.map(\.description).sorted()
            }
            let dependencies = program.dependencies
            return CheckReport.Page(
                address: configuration.publicURL.origin(ofHost: route.host) + route.path.description,
                template: route.template,
                readsUser: dependencies.user || dependencies.session || dependencies.cookies,
                userFragments: varying(by: .user),
                dependsOnLanguage: dependencies.language || !varying(by: .language).isEmpty,
                queryNames: dependencies.queryNames,
                readsWholeQuery: dependencies.wholeQuery
            )
        }
    }
}

extension CheckFinding {
    /// What the compiler says, with the path of the file as seen from the working directory.
    fileprivate init(_ diagnostic: TemplateDiagnostic, folder: String) {
        severity = diagnostic.severity == .error ? .error : .warning
        place = CheckPlace(diagnostic.position, folder: folder)
        message = diagnostic.message + (diagnostic.suggestion.map { "; \($0)" } ?? "")
        // The first line of the description is the place and the message.
        excerpt = diagnostic.description.split(separator: "\n", maxSplits: 1).dropFirst().joined()
    }
}
