import FragmentProtocol
import NIOCore

/// Says what the gateway would do with an address, without doing it: nothing is fetched, and no copy counts as used.
struct AddressExplainer: Sendable {
    /// Why there is nothing to explain.
    struct Failure: Error, Equatable, CustomStringConvertible {
        let description: String
    }

    let fleet: LoopFleet

    /// A part of the page, with what the first loop and Redis hold of it.
    private struct Part: Sendable {
        let identifier: FragmentIdentifier
        let bound: BoundUse
        let uses: [FragmentUse]
        var redis: StoredFragment?
    }

    /// What one pass over a page has found.
    private struct Pass: Sendable {
        var explanation: AddressExplanation
        var parts: [Part] = []
        var unknownData: [String] = []
    }

    /// Copies in Redis may name further parts, as data does; more turns than this mean that they change meanwhile.
    private static let turnLimit = 8

    /// Explains an address.
    ///
    /// - Parameter url: as a browser has it; without a fragment identifier.
    /// - Returns: what is known now.
    /// - Throws: a ``Failure`` when the text is no such address.
    func explain(_ url: String) async throws -> AddressExplanation {
        let address = try Address(url)
        var redis: [CacheKey: StoredFragment] = [:]
        var asked: Set<CacheKey> = []
        var pass = Pass(explanation: AddressExplanation(url: url, kind: .unknownHost))
        for _ in 0..<Self.turnLimit {
            let known = redis
            pass = try await self.fleet.onFirst { try Self.pass(over: address, url, on: $0, redis: known) }
            let missing = pass.parts.map(\.identifier).filter { !asked.contains($0.key) }
            guard !missing.isEmpty else { break }
            asked.formUnion(missing.map(\.key))
            let copies = try await self.fleet.redisCopies(missing.map(\.text))
            for (identifier, copy) in zip(missing, copies) { redis[identifier.key] = copy }
        }
        guard pass.explanation.page != nil else { return pass.explanation }
        let keys = pass.parts.map(\.identifier)
        let memory = try await self.fleet.onEachResult { pipeline in
            keys.map { pipeline.resolver.memory.peek($0.key)?.fragment }
        }
        let now = Instant.now()
        pass.explanation.page?.fragments = pass.parts.enumerated().map { index, part in
            Self.explanation(of: part, memory: memory.map { $0[index] }, redis: redis[part.identifier.key], now: now)
        }
        if !pass.unknownData.isEmpty {
            pass.explanation.notes.append(
                "there is no copy of \(pass.unknownData.joined(separator: ", ")): what depends on this data is not "
                    + "known before it is fetched"
            )
        }
        return pass.explanation
    }

    /// Finds out what an address is, and goes through its page over the copies of a loop and those of Redis.
    private static func pass(
        over address: Address,
        _ url: String,
        on pipeline: PagePipeline,
        redis: [CacheKey: StoredFragment]
    ) throws -> Pass {
        let site = pipeline.site
        let bytes = ByteBuffer(string: "GET \(address.target) HTTP/1.1\r\nHost: \(address.host)\r\n\r\n")
        let span = bytes.readableBytesUInt8Span
        let head: RequestHead?
        do {
            head = try RequestReader(limits: RequestLimits()).read(span)
        } catch {
            throw Failure(description: "'\(url)' is no address that can be asked for: \(error)")
        }
        guard let head else { throw Failure(description: "'\(url)' is no address that can be asked for") }
        var explanation = AddressExplanation(url: url, kind: .unknownHost)
        explanation.service = site.table.host(head.host, in: span).map { site.services[$0].name }
        switch site.table.resolve(head, in: span) {
        case .asset: explanation.kind = .asset
        case .passThrough: explanation.kind = .passThrough
        case .signOn: explanation.kind = .signOn
        case .reserved: explanation.kind = .reserved
        case .malformedPath: explanation.kind = .malformed
        case .unknownHost: break
        case .page(let index, let captures):
            explanation.kind = .page
            let page = site.pages[index]
            let route = site.configuration.pages[index]
            explanation.page = PagePlan(
                route: route.path.description,
                routeLine: route.position.line,
                template: route.template,
                budget: route.budget.milliseconds,
                fragments: []
            )
            let request = PageRequest(
                head: head,
                bytes: bytes,
                page: page,
                captures: captures,
                now: .now(),
                language: site.languages[0]
            )
            return Self.walk(request, explanation, on: pipeline, redis: redis)
        }
        return Pass(explanation: explanation)
    }

    private static func walk(
        _ request: PageRequest,
        _ explanation: AddressExplanation,
        on pipeline: PagePipeline,
        redis: [CacheKey: StoredFragment]
    ) -> Pass {
        let memory = pipeline.resolver.memory
        var copies = redis
        var host: ExplainHost
        repeat {
            host = ExplainHost(
                request: request,
                site: pipeline.site,
                hasher: pipeline.resolver.hasher,
                copies: copies
            )
            host.run()
            // Each turn may bring data that names further parts; a page has a bounded number of these.
            let found = host.used.compactMap { used in
                copies[used.identifier.key] == nil
                    ? memory.peek(used.identifier.key).map { (used.identifier.key, $0.fragment) } : nil
            }
            if found.isEmpty { break }
            for (key, fragment) in found { copies[key] = fragment }
        } while true
        return Pass(
            explanation: explanation,
            parts: host.used.map { Part(identifier: $0.identifier, bound: $0.bound, uses: $0.uses) },
            unknownData: host.unknownData
        )
    }

    private static func explanation(
        of part: Part,
        memory: [StoredFragment?],
        redis: StoredFragment?,
        now: Instant
    ) -> FragmentExplanation {
        let bound = part.bound
        let states = memory.map { $0?.usability(at: now) }
        let source: FragmentExplanation.Source =
            if states.contains(.fresh) {
                .memory
            } else if states.contains(.staleWhileRevalidate) {
                .stale
            } else {
                switch redis?.usability(at: now) {
                case .fresh: .redis
                case .staleWhileRevalidate: .stale
                default: .service
                }
            }
        var tags = bound.settings.tags
        for copy in memory + [redis] {
            for tag in copy?.tags ?? [] where !tags.contains(tag) { tags.append(tag) }
        }
        return FragmentExplanation(
            fragment: part.identifier.reference.canonical,
            key: part.identifier.text,
            content: bound.use.kind == .data ? "json" : "html",
            places: part.uses.map(\.position.description),
            isPrimary: part.uses.contains { $0.isPrimary },
            isRequired: part.uses.contains { $0.isRequired },
            hasFallback: bound.hasFallback,
            scope: bound.isPersonal ? .user : bound.variesByLanguage ? .language : .everybody,
            declared: bound.settings.declaredVary.words,
            rule: RuleExplanation(bound),
            source: source,
            memory: memory.map { $0.map { CopyExplanation($0, now: now) } },
            redis: redis.map { CopyExplanation($0, now: now) },
            tags: tags
        )
    }

    /// The parts of an address that a request says.
    struct Address: Equatable {
        let host: String
        /// Path and query.
        let target: String

        init(_ url: String) throws(Failure) {
            guard let colon = url.firstRange(of: "://"),
                ["http", "https"].contains(url[..<colon.lowerBound].lowercased())
            else {
                throw Failure(description: "'\(url)' is no address; write it whole, as in http://blog.localhost:8080/")
            }
            let rest = url[colon.upperBound...].prefix { $0 != "#" }
            let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
            let host = rest[..<end]
            let target = rest[end...]
            guard !host.isEmpty, !host.contains("@"), rest.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
                throw Failure(description: "'\(url)' names no host, or holds characters that must be percent-encoded")
            }
            self.host = String(host)
            self.target = target.hasPrefix("/") ? String(target) : "/" + target
        }
    }
}

extension RuleExplanation {
    init(_ bound: BoundUse) {
        self.init(
            pattern: bound.settings.rule?.description,
            line: bound.settings.line,
            ttl: bound.freshness.ttl?.milliseconds,
            staleWhileRevalidate: bound.freshness.staleWhileRevalidate?.milliseconds,
            staleIfError: bound.freshness.staleIfError?.milliseconds,
            timeout: bound.timeout.milliseconds,
            honoursOrigin: bound.freshness.honourOrigin
        )
    }
}
