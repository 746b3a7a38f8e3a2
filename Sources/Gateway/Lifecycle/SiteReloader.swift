import FoundationEssentials
import FragmentProtocol
import Logging
import Synchronization
import UnixSignals

/// Takes a changed gateway.yaml and changed templates into the running gateway: on SIGHUP, and on a save when it watches.
///
/// What services' manifests declare is taken in the same way, with the templates as they were read last.
///
/// What does not hold together changes nothing, and is told with all of its mistakes; while it watches, the pages show
/// them too.
final class SiteReloader: Sendable {
    private let loader: SiteLoader
    private let fleet: LoopFleet
    private let watches: Bool
    private let logger: Logger
    private let current: Mutex<Site>
    /// Held while a site is built, so that each is built of what the one before it left.
    private let materials: Mutex<Materials>

    /// What a site is made of beside its configuration.
    private struct Materials {
        var folder: TemplateFolder
        var declared = DeclaredVariations()
        /// What is shown in place of the pages.
        var diagnostics: String?
    }

    /// Between two looks at the files.
    private static let interval = Duration.milliseconds(250)

    init(loader: SiteLoader, fleet: LoopFleet, site: Site, folder: TemplateFolder, watches: Bool, logger: Logger) {
        self.loader = loader
        self.fleet = fleet
        self.watches = watches
        self.logger = logger
        self.current = Mutex(site)
        self.materials = Mutex(Materials(folder: folder))
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
            let folder = try self.loader.folder(configuration)
            try self.materials.withLock { materials in
                let site = try self.loader.site(
                    configuration,
                    folder: folder,
                    fetcher: fetcher,
                    declared: materials.declared
                )
                materials.folder = folder
                materials.diagnostics = nil
                self.serve(site)
            }
            for key in Self.unchangeable(from: old.configuration, to: configuration) {
                self.logger.warning("a changed key counts only after a restart", metadata: ["key": "\(key)"])
            }
            self.logger.notice("the changed files are taken in")
            if !keepsServices { await self.retire(old) }
        } catch {
            self.logger.error("the changed files are not taken in:\n\(error)")
            guard shows else { return }
            self.materials.withLock { materials in
                materials.diagnostics = "\(error)"
                self.fleet.adopt(self.site.showing("\(error)"))
            }
        }
    }

    /// Takes in what the services' manifests declare; pages are made anew only where that changes one.
    func declare(_ declared: DeclaredVariations) {
        self.materials.withLock { materials in
            guard declared != materials.declared else { return }
            materials.declared = declared
            let old = self.site
            guard old.isChanged(by: declared) else { return }
            do {
                let site = try self.loader.site(
                    old.configuration,
                    folder: materials.folder,
                    fetcher: old.fetcher,
                    declared: declared
                )
                self.serve(site, showing: materials.diagnostics)
            } catch {
                self.logger.error("what manifests declare is not taken in:\n\(error)")
            }
        }
    }

    /// Serves a site from now on, and tells where manifests add to the rules of gateway.yaml what they did not add before.
    private func serve(_ site: Site, showing diagnostics: String? = nil) {
        let old = self.current.withLock { current in
            defer { current = site }
            return current
        }
        self.fleet.adopt(diagnostics.map { site.showing($0) } ?? site)
        let known = old.declared
        for (name, variation) in site.declared.sorted(by: { $0.key.description < $1.key.description })
        where known[name] != variation {
            self.logger.notice(
                "a manifest adds to what gateway.yaml says a fragment varies by",
                metadata: ["fragment": "\(name)", "adds": "\(variation.words.joined(separator: ", "))"]
            )
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
        if old.signOn != new.signOn { keys.append("sso") }
        return keys
    }
}
