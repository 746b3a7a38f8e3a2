internal import FoundationEssentials
import Logging
import NIOCore
import OpenSSL

/// Makes a site of gateway.yaml and the templates beside it, or says everything that is wrong with them.
package struct SiteLoader: Sendable {
    /// What keeps a site from being made: all mistakes, one a line, each with its place.
    package struct Failure: Error, Sendable, CustomStringConvertible {
        package let description: String
    }

    let configurationPath: String
    let environment: [String: String]
    /// Makes the keys of copies and recipes.
    var hasher: CacheKeyHasher

    func configuration() throws(Failure) -> GatewayConfiguration {
        do {
            return try GatewayConfiguration.load(path: self.configurationPath, environment: self.environment)
        } catch {
            throw Failure(description: error.description)
        }
    }

    /// Reads the folder of a configuration's templates.
    func folder(_ configuration: GatewayConfiguration) throws(Failure) -> TemplateFolder {
        do {
            return try TemplateFolder.load(path: configuration.templates)
        } catch {
            throw Failure(description: error.description)
        }
    }

    /// Makes a site of a configuration and its templates as they are on disk.
    func site(_ configuration: GatewayConfiguration, fetcher: Fetcher) throws(Failure) -> Site {
        try self.site(configuration, folder: self.folder(configuration), fetcher: fetcher)
    }

    /// Compiles templates into a site that asks its services through the fetcher.
    ///
    /// - Parameters:
    ///   - configuration: what gateway.yaml says.
    ///   - folder: the templates and the assets.
    ///   - fetcher: knows the upstreams of the services.
    ///   - declared: what the services' manifests declare, as far as they have been read.
    /// - Returns: the site.
    /// - Throws: all mistakes of the templates, and what else keeps a site from being made of them.
    func site(
        _ configuration: GatewayConfiguration,
        folder: TemplateFolder,
        fetcher: Fetcher,
        declared: DeclaredVariations = DeclaredVariations()
    ) throws(Failure) -> Site {
        let templates: TemplateSet
        do {
            templates = try TemplateCompiler.compile(
                folder.sources,
                options: TemplateCompilerOptions(
                    services: configuration.services.map(\.name),
                    asset: { folder.asset(named: $0)?.url },
                    constants: Site.constants(configuration),
                    isPersonal: { configuration.settings(for: $0, declared: declared).vary.contains(.user) }
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
        let dictionary: (dictionary: SharedDictionary, asset: SiteAsset)?
        do {
            dictionary = try Self.dictionary(configuration, templates)
        } catch {
            throw Failure(description: "the dictionary of the templates cannot be made: \(error)")
        }
        return Site(
            configuration: configuration,
            templates: templates,
            assets: folder.assets + (dictionary.map { [$0.asset] } ?? []),
            dictionary: dictionary?.dictionary,
            fetcher: fetcher,
            hasher: self.hasher,
            declared: declared
        )
    }

    /// What the templates have in common, as browsers get it; nil when they have too little, or it is not wanted.
    private static func dictionary(
        _ configuration: GatewayConfiguration,
        _ templates: TemplateSet
    ) throws -> (dictionary: SharedDictionary, asset: SiteAsset)? {
        guard configuration.compression.codings.contains(.dictionaryZstd) else { return nil }
        let programs = Set(configuration.pages.map(\.template)).sorted().compactMap { templates.programs[$0] }
        let text = DictionaryText.text(ofTemplates: programs.map(\.staticText))
        guard text.readableBytes >= SharedDictionary.shortestContent else { return nil }
        // Every document of the host may refer to it (RFC 9842, section 2.1).
        let asset = SiteAsset(
            name: SharedDictionary.assetName,
            bytes: Data(text.readableBytesView),
            lines: "Use-As-Dictionary: match=\"/*\", match-dest=(\"document\")\r\n"
        )
        let dictionary = try SharedDictionary(
            content: text,
            hash: try SHA256.hash(of: text.readableBytesSpan),
            level: SharedDictionary.level,
            url: asset.url
        )
        return (dictionary, asset)
    }

    /// The upstreams of a configuration, each with connections of its own.
    static func fetcher(_ configuration: GatewayConfiguration, threads: Int, logger: Logger) -> Fetcher {
        var settings = FetcherSettings()
        settings.driverCount = threads
        return Fetcher(
            services: configuration.services.map { service in
                UpstreamService(
                    name: service.name,
                    upstreams: service.upstreams.compactMap { Upstream($0.description) },
                    concurrency: service.concurrency,
                    breaker: service.breaker,
                    hedgeBudget: service.hedgeBudget,
                    retryBudget: service.retryBudget
                )
            },
            settings: settings,
            logger: logger
        )
    }
}
