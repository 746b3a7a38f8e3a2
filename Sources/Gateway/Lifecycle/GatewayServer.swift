import FoundationEssentials
import FragmentProtocol
package import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Synchronization

/// The running gateway: listens, serves, takes changed files in, and stops without cutting a request.
package final class GatewayServer: Service {
    /// How a gateway is started.
    package struct Options: Sendable {
        package var configurationPath: String
        package var environment: [String: String]
        /// Whether changed files are taken in as soon as they are saved.
        package var watches: Bool

        package init(configurationPath: String, environment: [String: String], watches: Bool = false) {
            self.configurationPath = configurationPath
            self.environment = environment
            self.watches = watches
        }
    }

    private let options: Options
    private let logger: Logger
    private let loader: SiteLoader
    private let isReady = ReadinessFlag()

    package init(options: Options, logger: Logger) {
        self.options = options
        self.logger = logger
        self.loader = SiteLoader(
            configurationPath: options.configurationPath,
            environment: options.environment,
            hasher: CacheKeyHasher()
        )
    }

    /// Serves until it is told to stop.
    ///
    /// - Throws: ``SiteLoader/Failure`` when the files are not in order, and what keeps an address from being listened on.
    package func run() async throws {
        var loader = self.loader
        let configuration = try loader.configuration()
        loader.hasher = try CacheKeyHasher(derivedFrom: configuration.session.key, for: "cache keys")
        let threads = configuration.listen.threads ?? System.coreCount
        let fetcher = SiteLoader.fetcher(configuration, threads: max(1, threads / 2), logger: self.logger)
        do {
            let folder = try loader.folder(configuration)
            let site = try loader.site(configuration, folder: folder, fetcher: fetcher)
            let group = MultiThreadedEventLoopGroup(numberOfThreads: threads)
            do {
                try await self.serve(site, of: folder, by: loader, on: group)
            } catch {
                await site.fetcher.shutdown()
                try await group.shutdownGracefully()
                throw error
            }
            try await group.shutdownGracefully()
        } catch {
            await fetcher.shutdown()
            throw error
        }
    }

    private func serve(
        _ site: Site,
        of folder: TemplateFolder,
        by loader: SiteLoader,
        on group: MultiThreadedEventLoopGroup
    ) async throws {
        let configuration = site.configuration
        let provider = configuration.signOn.map {
            ProviderClient(configuration: configuration, settings: $0, logger: self.logger)
        }
        let state = try SharedState(configuration, refresher: provider, loop: group.next(), logger: self.logger)
        let signOn = try self.signOn(configuration, provider: provider, state: state)
        let fleet = try await LoopFleet.make(
            site: site,
            on: group,
            hasher: loader.hasher,
            signedIn: state?.sessions,
            signOn: signOn,
            logger: self.logger
        )
        let link = fleet.link(site.configuration, name: Self.name(site.configuration))
        let purger = Purger(link: link) { await fleet.applyHere($0) }
        await fleet.setPurger(purger)
        let following = link.map { link in Task { await link.run() } }
        // With what has been purged known, what is in Redis can be used from the first request on.
        await link?.waitForFirstTry(within: Self.firstTryPatience)
        let channel: any Channel
        do {
            channel = try await fleet.listen(on: site.configuration.listen.http)
        } catch {
            following?.cancel()
            await following?.value
            throw error
        }
        let reloader = SiteReloader(
            loader: loader,
            fleet: fleet,
            site: site,
            folder: folder,
            watches: self.options.watches,
            logger: self.logger
        )
        let board = ManifestBoard(
            configuration: { reloader.site.configuration },
            loop: group.next(),
            logger: self.logger,
            fallbacks: fleet.fallbacks,
            declare: { reloader.declare($0) }
        )
        let reading = Task { await board.run() }
        self.isReady.set(true)
        self.logger.notice(
            "listening",
            metadata: ["address": "\(channel.localAddress.map { "\($0)" } ?? "")"]
        )
        let admin = site.configuration.listen.admin.map { endpoint in
            AdminServer(
                endpoint: endpoint,
                logger: self.logger,
                purger: purger,
                explainer: AddressExplainer(fleet: fleet),
                status: { [isReady] in
                    AdminServer.Status(
                        isReady: isReady.value,
                        redis: fleet.redisStates,
                        link: link?.status,
                        demoted: fleet.audits.found.map(\.description)
                    )
                },
                services: {
                    ServicesReport(site: reloader.site, record: { board.record(of: $0) }, now: .now())
                },
                configuration: { reloader.site.configuration }
            )
        }
        let first = await withTaskGroup(of: Result<Void, any Error>.self) { tasks in
            tasks.addTask { await reloader.run() }
            if let admin { tasks.addTask { await admin.serve() } }
            tasks.addTask {
                do {
                    return .success(try await gracefulShutdown())
                } catch {
                    return .failure(error)
                }
            }
            // Whichever ends first ends the serving: the word to stop, or an admin address that cannot be had.
            let first = await tasks.next()
            self.isReady.set(false)
            reading.cancel()
            await reading.value
            await self.stop(fleet, channel, site: reloader.site)
            state?.close()
            await provider?.shutdown()
            await link?.leave()
            following?.cancel()
            await following?.value
            tasks.cancelAll()
            return first
        }
        if case .failure(let error) = first, !(error is CancellationError) { throw error }
    }

    /// What signs people in and out; nil where nobody can.
    private func signOn(
        _ configuration: GatewayConfiguration,
        provider: ProviderClient?,
        state: SharedState?
    ) throws -> SignOn? {
        guard let provider, let state else { return nil }
        return try SignOn(
            configuration: configuration,
            provider: provider,
            store: state.store,
            keeper: state.sessions,
            logger: self.logger
        )
    }

    /// How long a start waits for the record of purges.
    private static let firstTryPatience = Duration.milliseconds(50)

    /// What this gateway is called among those that share a Redis.
    private static func name(_ configuration: GatewayConfiguration) -> String {
        "\(ProcessInfo.processInfo.hostName):\(configuration.listen.http.port)-"
            + String(UInt32.random(in: 0...UInt32.max), radix: 16)
    }

    /// Takes no more connections, lets requests end within the grace, and closes what is left.
    private func stop(_ fleet: LoopFleet, _ channel: any Channel, site: Site) async {
        self.logger.notice("stopping")
        do {
            try await channel.close()
        } catch {
            self.logger.warning("the listener did not close", metadata: ["error": "\(error)"])
        }
        await fleet.quiesce(grace: site.configuration.limits.shutdownGrace)
        await site.fetcher.shutdown()
        await fleet.stopRedis()
        self.logger.notice("stopped")
    }
}

/// Whether requests are served; read by the admin address.
private final class ReadinessFlag: Sendable {
    private let flag = Mutex(false)

    var value: Bool { self.flag.withLock { $0 } }

    func set(_ value: Bool) { self.flag.withLock { $0 = value } }
}
