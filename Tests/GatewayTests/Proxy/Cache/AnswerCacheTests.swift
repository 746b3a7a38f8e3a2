import NIOCore
import NIOEmbedded
import Testing

@testable import Gateway

@Suite struct AnswerCacheTests {
    private static let address = AnswerAddress(scheme: "http", authority: "shop.localhost", target: "/list?x=1")

    private static func cache(on loop: EmbeddedEventLoop, hasher: CacheKeyHasher = CacheKeyHasher()) -> AnswerCache {
        AnswerCache(eventLoop: loop, memory: MemoryTier(budget: 1 << 20), redis: nil, hasher: hasher)
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
        known: AnswerVariants? = nil
    ) throws {
        let answer = try #require(AnswerSample.stored([("Cache-Control", "max-age=60")], content: content))
        cache.store(answer, varies: varies, at: Self.address, for: Self.fields(request), known: known)
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
        let other = AnswerAddress(scheme: "http", authority: "shop.localhost", target: "/list?x=2")
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
        var isDone = false
        cache.end([Self.address], at: AnswerSample.at(-1)) { isDone = true }
        #expect(isDone)
        #expect(Self.content(cache, for: [("Accept", "1")]) == nil)
        try Self.store("two", in: cache, varies: ["accept"], for: [("Accept", "2")])
        #expect(Self.content(cache, for: [("Accept", "2")]) == "two")
        #expect(Self.content(cache, for: [("Accept", "1")]) == nil)
        #expect(cache.inMemory(Self.address, for: []).variants?.generation != before.generation)
    }

    @Test("an answer that was on its way when its address was ended is not stored")
    func race() throws {
        let cache = Self.cache(on: EmbeddedEventLoop())
        cache.end([Self.address], at: AnswerSample.at(1)) {}
        try Self.store("old", in: cache)
        #expect(Self.content(cache) == nil)
    }

    @Test("without Redis the other loops get a copy, and what is ended here is ended there first")
    func peers() throws {
        let (here, there) = (EmbeddedEventLoop(), EmbeddedEventLoop())
        let hasher = CacheKeyHasher()
        let (cache, peer) = (Self.cache(on: here, hasher: hasher), Self.cache(on: there, hasher: hasher))
        cache.peers = [NIOLoopBound(peer, eventLoop: there)]
        try Self.store("a", in: cache)
        there.run()
        #expect(Self.content(peer) == "a")
        var isDone = false
        cache.end([Self.address], at: AnswerSample.at(1)) { isDone = true }
        #expect(Self.content(cache) == nil)
        here.run()
        #expect(!isDone)
        there.run()
        #expect(Self.content(peer) == nil)
        here.run()
        #expect(isDone)
        try Self.store("old", in: peer)
        #expect(Self.content(peer) == nil)
    }

    @Test("what cannot be shared is remembered for a while, and until it can")
    func unshared() {
        let cache = Self.cache(on: EmbeddedEventLoop())
        let other = AnswerAddress(scheme: "http", authority: "shop.localhost", target: "/other")
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
