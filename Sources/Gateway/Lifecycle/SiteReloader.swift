import FoundationEssentials
import Logging
import Synchronization
import UnixSignals

/// Takes a changed gateway.yaml and changed templates into the running gateway: on SIGHUP, and on a save when it watches.
///
/// What does not hold together changes nothing, and is told with all of its mistakes; while it watches, the pages show
/// them too.
final class SiteReloader: Sendable {
    private let loader: SiteLoader
    private let fleet: LoopFleet
    private let watches: Bool
    private let logger: Logger
    private let current: Mutex<Site>

    /// Between two looks at the files.
    private static let interval = Duration.milliseconds(250)

    init(loader: SiteLoader, fleet: LoopFleet, site: Site, watches: Bool, logger: Logger) {
        self.loader = loader
        self.fleet = fleet
        self.watches = watches
        self.logger = logger
        self.current = Mutex(site)
    }

    /// The site that is served.
    var site: Site { self.current.withLock { $0 } }

    /// Runs until it is cancelled.
    func run() async -> Result<Void, any Error> {
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                for await _ in await UnixSignalsSequence(trapping: .sighup) { await self.reload(shows: false) }
            }
            if self.watches { tasks.addTask { await self.watch() } }
            await tasks.waitForAll()
        }
        return .success(())
    }

    private func watch() async {
        var seen = self.stamps()
        while !Task.isCancelled {
            do {
                try await Task.sleep(for: Self.interval)
            } catch {
                return
            }
            let now = self.stamps()
            guard now != seen else { continue }
            seen = now
            await self.reload(shows: true)
        }
    }

    private struct Stamps: Equatable {
        var templates: FolderStamp?
        var configurationChanged: Date?
    }

    private func stamps() -> Stamps {
        let changed: Date?
        do {
            let attributes = try FileManager.default.attributesOfItem(atPath: self.loader.configurationPath)
            changed = attributes[.modificationDate] as? Date
        } catch {
            // A file that cannot be read is told by the reload that follows from it.
            changed = nil
        }
        do {
            let folder = try TemplateFolder.stamp(path: self.site.configuration.templates)
            return Stamps(templates: folder, configurationChanged: changed)
        } catch {
            // A folder that cannot be read is told by the reload that follows from it.
            return Stamps(templates: nil, configurationChanged: changed)
        }
    }

    private func reload(shows: Bool) async {
        let old = self.site
        do {
            let configuration = try self.loader.configuration()
            let keepsServices = configuration.services == old.configuration.services
            let fetcher =
                keepsServices ? old.fetcher : SiteLoader.fetcher(configuration, threads: 1, logger: self.logger)
            let site = try self.loader.site(configuration, fetcher: fetcher)
            for key in Self.unchangeable(from: old.configuration, to: configuration) {
                self.logger.warning("a changed key counts only after a restart", metadata: ["key": "\(key)"])
            }
            self.current.withLock { $0 = site }
            self.fleet.adopt(site)
            self.logger.notice("the changed files are taken in")
            if !keepsServices { await self.retire(old) }
        } catch {
            self.logger.error("the changed files are not taken in:\n\(error)")
            guard shows else { return }
            self.fleet.adopt(old.showing("\(error)"))
        }
    }

    /// Ends the connections to services that are no longer configured, once the requests that use them have had time.
    private func retire(_ site: Site) async {
        do {
            try await Task.sleep(for: site.configuration.limits.shutdownGrace)
        } catch {
            // Stopping: they are ended at once.
        }
        await site.fetcher.shutdown()
    }

    /// The keys whose values hold from the start to the end of a gateway.
    private static func unchangeable(from old: GatewayConfiguration, to new: GatewayConfiguration) -> [String] {
        var keys: [String] = []
        if old.listen != new.listen { keys.append("listen") }
        if old.redis != new.redis { keys.append("redis") }
        if old.purges != new.purges { keys.append("purges") }
        if old.audit != new.audit { keys.append("audit") }
        if old.memory != new.memory { keys.append("memory") }
        if old.session != new.session { keys.append("session") }
        if old.identity != new.identity { keys.append("identity") }
        return keys
    }
}
