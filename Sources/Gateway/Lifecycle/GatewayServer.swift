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
        let configuration = try self.loader.configuration()
        let threads = configuration.listen.threads ?? System.coreCount
        let fetcher = SiteLoader.fetcher(configuration, threads: max(1, threads / 2), logger: self.logger)
        do {
            let site = try self.loader.site(configuration, fetcher: fetcher)
            let group = MultiThreadedEventLoopGroup(numberOfThreads: threads)
            do {
                try await self.serve(site, on: group)
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

    private func serve(_ site: Site, on group: MultiThreadedEventLoopGroup) async throws {
        let fleet = try await LoopFleet.make(site: site, on: group, hasher: self.loader.hasher, logger: self.logger)
        let channel = try await fleet.listen(on: site.configuration.listen.http)
        let reloader = SiteReloader(
            loader: self.loader,
            fleet: fleet,
            site: site,
            watches: self.options.watches,
            logger: self.logger
        )
        self.isReady.set(true)
        self.logger.notice(
            "listening",
            metadata: ["address": "\(channel.localAddress.map { "\($0)" } ?? "")"]
        )
        let admin = site.configuration.listen.admin.map { endpoint in
            AdminServer(endpoint: endpoint, logger: self.logger) { [isReady] in
                AdminServer.Status(isReady: isReady.value, redis: fleet.redisStates)
            }
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
            await self.stop(fleet, channel, site: reloader.site)
            tasks.cancelAll()
            return first
        }
        if case .failure(let error) = first, !(error is CancellationError) { throw error }
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
