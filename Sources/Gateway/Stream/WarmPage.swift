import FragmentProtocol
import NIOCore

/// Runs a page whose every part is fresh in memory: one pass, nothing kept for later, nothing asked of anyone.
///
/// It gives up at the first part that is not; then ``PageComposition`` starts anew.
struct WarmPage: PageHost {
    let request: PageRequest
    let site: Site
    let resolver: FragmentResolver
    /// The entries of `Server-Timing`, as they will stand in the head.
    var timing: PageTiming
    /// The page's primary fragment, which the names under `page` tell of.
    private var primary: CacheEntry?
    private static let notWarm = PendingTicket(rawValue: 1)

    init(request: PageRequest, site: Site, resolver: FragmentResolver, timing: consuming PageTiming) {
        self.request = request
        self.site = site
        self.resolver = resolver
        self.timing = timing
    }

    /// Writes the page's body; false when it is not all there, with an unfinished output.
    mutating func write(into output: inout some PageOutput) -> Bool {
        var machine = PageMachine(self.request.page.program)
        if self.request.page.program.primaryUse != nil, self.request.page.program.dependencies.page {
            // The primary's name for itself is printed before it stands there: its parameters are known to the plan.
            machine.plan(host: &self)
        }
        return machine.run(into: &output, host: &self) == .finished
    }

    /// The fresh copy of a use.
    @inline(__always)
    private func fresh(_ use: FragmentUse, _ parameters: FragmentParameters?) -> CacheEntry? {
        let bound = self.request.page.uses[use.index]
        let entry: CacheEntry?
        if let key = bound.constantKey {
            entry = self.resolver.memory.lookup(key)
        } else {
            entry = self.resolver.lookup(
                bound.identifier(
                    parameters,
                    subject: self.request.session?.subject,
                    language: self.request.language,
                    hasher: self.resolver.hasher
                )
            )
        }
        guard let entry, self.request.now < entry.dueAt, entry.fragment.status < 300 else { return nil }
        return entry
    }

    @inline(__always)
    mutating func insert<Output: PageOutput>(
        _ use: FragmentUse,
        parameters: FragmentParameters?,
        into output: inout Output
    ) -> InsertStep {
        guard let entry = self.fresh(use, parameters) else { return .pending(Self.notWarm) }
        output.write(entry, entry.nature(hasConstantParameters: parameters == nil))
        self.timing.addFromMemory(self.request.page.uses[use.index])
        return .inserted
    }

    mutating func bind(_ use: FragmentUse, parameters: FragmentParameters?) -> BindStep {
        guard let entry = self.fresh(use, parameters), let value = self.resolver.decoded(entry) else {
            return .pending(Self.notWarm)
        }
        self.timing.addFromMemory(self.request.page.uses[use.index])
        return .value(value)
    }

    mutating func prefetch(_ use: FragmentUse, parameters: FragmentParameters?) {
        if use.isPrimary { self.primary = self.fresh(use, parameters) }
    }

    mutating func root(_ name: RootName) -> Value {
        guard name == .page else { return self.request.root(name, of: self.site) }
        guard self.request.page.program.primaryUse != nil else {
            return PageFacts.value(nil, status: self.request.status)
        }
        guard let primary = self.primary else { return .pending(Self.notWarm) }
        return PageFacts.value(primary.fragment, status: self.request.status)
    }

    mutating func rootMember(_ name: RootName, _ member: String) -> Value? {
        self.request.member(name, member, of: self.site)
    }
}

/// What the names under `page` tell.
enum PageFacts {
    static func value(_ primary: StoredFragment?, status: Int) -> Value {
        var meta = Value.none
        if let json = primary?.meta {
            do {
                meta = try Value(json: ByteBuffer(string: json))
            } catch {
                // FragmentResponseHeaders has read it as JSON; what this reader refuses more shows as no metadata.
                meta = .none
            }
        }
        return .object([
            "title": primary?.title.map { .string($0) } ?? .none, "meta": meta,
            "status": .integer(primary.map { $0.status >= 400 ? $0.status : status } ?? status),
        ])
    }
}

extension FragmentResolver {
    /// The JSON of a copy, decoded once for each entry; nil when it is not JSON.
    func decoded(_ entry: CacheEntry) -> Value? {
        if let value = entry.decoded { return value }
        do {
            let value = try Value(json: entry.fragment.body)
            // A value takes a few times the bytes of its text.
            self.memory.setDecoded(value, cost: entry.fragment.body.readableBytes * 4, of: entry)
            return value
        } catch {
            return nil
        }
    }
}
