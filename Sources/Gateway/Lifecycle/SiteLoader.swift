/// Makes a site of gateway.yaml and the templates beside it, or says everything that is wrong with them.
package struct SiteLoader: Sendable {
    /// What keeps a site from being made: all mistakes, one a line, each with its place.
    package struct Failure: Error, Sendable, CustomStringConvertible {
        package let description: String
    }

    let configurationPath: String
    let environment: [String: String]
    let hasher: CacheKeyHasher

    func configuration() throws(Failure) -> GatewayConfiguration {
        do {
            return try GatewayConfiguration.load(path: self.configurationPath, environment: self.environment)
        } catch {
            throw Failure(description: error.description)
        }
    }

    /// Compiles the templates of a configuration into a site that asks its services through the fetcher.
    func site(_ configuration: GatewayConfiguration, fetcher: Fetcher) throws(Failure) -> Site {
        let folder: TemplateFolder
        do {
            folder = try TemplateFolder.load(path: configuration.templates)
        } catch {
            throw Failure(description: error.description)
        }
        let templates: TemplateSet
        do {
            templates = try TemplateCompiler.compile(
                folder.sources,
                options: TemplateCompilerOptions(
                    services: configuration.services.map(\.name),
                    asset: { folder.asset(named: $0)?.url },
                    constants: Site.constants(configuration),
                    isPersonal: { configuration.settings(for: $0).vary.contains(.user) }
                )
            )
        } catch {
            throw Failure(description: error.description)
        }
        let missing = configuration.pages.filter { templates.programs[$0.template] == nil }.map { route in
            "\(configuration.file):\(route.templatePosition.line):\(route.templatePosition.column): "
                + "there is no template '\(route.template)' in \(configuration.templates)"
        }
        guard missing.isEmpty else { throw Failure(description: missing.joined(separator: "\n")) }
        return Site(
            configuration: configuration,
            templates: templates,
            assets: folder.assets,
            fetcher: fetcher,
            hasher: self.hasher
        )
    }

    /// The upstreams of a configuration, each with connections of its own.
    static func fetcher(_ configuration: GatewayConfiguration, threads: Int) -> Fetcher {
        var settings = FetcherSettings()
        settings.driverCount = threads
        return Fetcher(
            services: configuration.services.map { service in
                UpstreamService(
                    name: service.name,
                    upstreams: service.upstreams.compactMap { Upstream($0.description) },
                    concurrency: service.concurrency
                )
            },
            settings: settings
        )
    }
}
