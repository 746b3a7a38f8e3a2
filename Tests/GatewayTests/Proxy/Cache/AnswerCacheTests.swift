import NIOCore
import NIOEmbedded
import Testing

@testable import Gateway

@Suite struct AnswerCacheTests {
    private static let address = AnswerAddress(
        service: "shop",
        url: AnswerURL(scheme: "http", authority: "shop.localhost", target: "/list?x=1")
    )

    private static func cache(on loop: EmbeddedEventLoop, hasher: CacheKeyHasher = CacheKeyHasher()) -> AnswerCache {
        AnswerCache(
            eventLoop: loop,
            memory: MemoryTier(budget: 1 << 20, purges: PurgeLog(hasher: hasher)),
            redis: nil,
            hasher: hasher
        )
    }

    private static func fields(_ fields: [(String, String)]) -> [(name: String, value: String)] {
        fields.map { (name: $0.0, value: $0.1) }
    }

    /// Stores an answer whose content is given.
    private static func store(
        _ content: String,
        in cache: AnswerCache,
        varies: [String] = [],
        for request: [(String, String)] = [],
        known: AnswerVariants? = nil,
        tags: String = "t",
        position: PurgePosition? = nil
    ) throws {
        let answer = try #require(
            AnswerSample.stored(
                [("Cache-Control", "max-age=60"), ("Cache-Tag", tags)],
                content: content,
                position: position ?? cache.purges.position
            )
        )
        cache.store(answer, varies: varies, at: Self.address, for: Self.fields(request), known: known)
    }

    /// Ends what a target names, as the loop's part of a purge does.
    private static func purge(_ target: String, in cache: AnswerCache, mode: PurgeRecord.Mode = .hard) throws {
        let record = PurgeRecord(try #require(PurgeTarget(target)), mode: mode)
        #expect(cache.purges.apply([record], at: cache.purges.position.next, now: AnswerSample.at(1)))
    }

    private static func content(_ cache: AnswerCache, for request: [(String, String)] = []) -> String? {
        cache.inMemory(Self.address, for: Self.fields(request)).answer.map { String(buffer: $0.content) }
    }

    @Test("what is stored is found, and another query is another answer")
    func storing() throws {
        let cache = Self.cache(on: EmbeddedEventLoop())
        #expect(Self.content(cache) == nil)
        try Self.store("a", in: cache)
        #expect(Self.content(cache) == "a")
        #expect(Self.content(cache, for: [("Accept", "x")]) == "a")
        let other = AnswerAddress(
            service: "shop",
            url: AnswerURL(scheme: "http", authority: "shop.localhost", target: "/list?x=2")
        )
        #expect(cache.inMemory(other, for: []).answer == nil)
        try Self.store("b", in: cache)
        #expect(Self.content(cache) == "b")
    }

    @Test("answers that vary lie side by side (RFC 9111, section 4.1)")
    func varying() throws {
        let cache = Self.cache(on: EmbeddedEventLoop())
        try Self.store("one", in: cache, varies: ["accept"], for: [("Accept", "1")])
        #expect(Self.content(cache, for: [("Accept", "1")]) == "one")
        let found = cache.inMemory(Self.address, for: Self.fields([("Accept", "2")]))
        #expect(found.answer == nil)
        #expect(found.isVaryMiss)
        try Self.store("two", in: cache, varies: ["accept"], for: [("Accept", "2")], known: found.variants)
        #expect(Self.content(cache, for: [("Accept", "1")]) == "one")
        #expect(Self.content(cache, for: [("accept", "2")]) == "two")
        #expect(Self.content(cache) == nil)
    }

    @Test("what an invalidation ended is not found again when the address varies anew")
    func invalidation() throws {
        let cache = Self.cache(on: EmbeddedEventLoop())
        try Self.store("one", in: cache, varies: ["accept"], for: [("Accept", "1")])
        let before = try #require(cache.inMemory(Self.address, for: []).variants)
        try Self.purge("url:\(Self.address.url)", in: cache)
        #expect(Self.content(cache, for: [("Accept", "1")]) == nil)
        try Self.store("two", in: cache, varies: ["accept"], for: [("Accept", "2")])
        #expect(Self.content(cache, for: [("Accept", "2")]) == "two")
        #expect(Self.content(cache, for: [("Accept", "1")]) == nil)
        #expect(cache.inMemory(Self.address, for: []).variants?.generation != before.generation)
    }

    @Test(
        "each target ends the answers that it should, and no other",
        arguments: [
            ("all", true), ("service:shop", true), ("service:blog", false), ("tag:t", true), ("tag:u", false),
            ("url:http://shop.localhost/list?x=1", true), ("url:http://shop.localhost/list", false),
            ("url:http://shop.localhost/list?x=2", false), ("url:https://shop.localhost/list?x=1", false),
            ("fragment:shop/list", false),
        ]
    )
    func targets(target: String, ends: Bool) throws {
        for varies in [[], ["accept"]] {
            let cache = Self.cache(on: EmbeddedEventLoop())
            try Self.store("a", in: cache, varies: varies)
            try Self.purge("tag:other", in: cache)
            #expect(Self.content(cache) == "a")
            try Self.purge(target, in: cache)
            #expect(Self.content(cache) == (ends ? nil : "a"))
            try Self.store("b", in: cache, varies: varies)
            #expect(Self.content(cache) == "b")
        }
    }

    @Test("a soft purge leaves what may be served stale")
    func soft() throws {
        let cache = Self.cache(on: EmbeddedEventLoop())
        try Self.store("a", in: cache)
        try Self.purge("url:\(Self.address.url)", in: cache, mode: .soft)
        let answer = try #require(cache.inMemory(Self.address, for: []).answer)
        #expect(answer.fragment.usability(at: AnswerSample.at(2)) == .staleWhileRevalidate)
        #expect(answer.fragment.usability(at: AnswerSample.at(60)) == .expired)
    }

    @Test("an answer that was on its way when it was purged is not stored, and takes no other's place")
    func race() throws {
        let cache = Self.cache(on: EmbeddedEventLoop())
        for target in ["url:\(Self.address.url)", "tag:t", "service:shop", "all"] {
            let before = cache.purges.position
            try Self.purge(target, in: cache)
            try Self.store("old", in: cache, position: before)
            #expect(Self.content(cache) == nil)
            try Self.store("new", in: cache)
            try Self.store("old", in: cache, position: before)
            #expect(Self.content(cache) == "new")
        }
    }

    @Test(
        "without Redis the other loops get a copy, with the place of the last purge that was known to who asked for it"
    )
    func peers() throws {
        let (here, there) = (EmbeddedEventLoop(), EmbeddedEventLoop())
        let hasher = CacheKeyHasher()
        let (cache, peer) = (Self.cache(on: here, hasher: hasher), Self.cache(on: there, hasher: hasher))
        cache.peers = [NIOLoopBound(peer, eventLoop: there)]
        try Self.store("a", in: cache)
        there.run()
        #expect(Self.content(peer) == "a")
        try Self.store("b", in: cache)
        // It is on its way to the other loop when the other loop hears of the purge.
        try Self.purge("tag:t", in: peer)
        there.run()
        #expect(Self.content(peer) == nil)
        #expect(Self.content(cache) == "b")
        cache.remove(Self.address, for: [], variants: nil)
        #expect(Self.content(cache) == nil)
    }

    @Test("what cannot be shared is remembered for a while, and until it can")
    func unshared() {
        let cache = Self.cache(on: EmbeddedEventLoop())
        let other = AnswerAddress(
            service: "shop",
            url: AnswerURL(scheme: "http", authority: "shop.localhost", target: "/other")
        )
        #expect(cache.isShared(Self.address, at: AnswerSample.at(0)))
        cache.note(Self.address, isShared: false, at: AnswerSample.at(0))
        #expect(!cache.isShared(Self.address, at: AnswerSample.at(59)))
        #expect(cache.isShared(Self.address, at: AnswerSample.at(60)))
        #expect(cache.isShared(other, at: AnswerSample.at(0)))
        cache.note(Self.address, isShared: true, at: AnswerSample.at(1))
        #expect(cache.isShared(Self.address, at: AnswerSample.at(2)))
    }

    @Test("a copy of something else is no answer")
    func others() throws {
        let hasher = CacheKeyHasher()
        let cache = Self.cache(on: EmbeddedEventLoop(), hasher: hasher)
        let text = Self.address.text
        for (kind, body) in [(StoredFragment.Kind.html, "x"), (.answer, "x"), (.answer, "")] {
            cache.memory.insert(
                hasher.hash(text),
                text: text,
                StoredFragment(
                    kind: kind,
                    storedAt: AnswerSample.noon,
                    freshUntil: AnswerSample.at(60),
                    body: ByteBuffer(string: body)
                )
            )
            #expect(Self.content(cache) == nil)
        }
    }
}
