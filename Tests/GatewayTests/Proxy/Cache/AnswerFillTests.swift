import NIOCore
import NIOEmbedded
import Testing

@testable import Gateway

@Suite struct AnswerFillTests {
    private static let address = AnswerAddress(
        service: "shop",
        url: AnswerURL(scheme: "http", authority: "shop.localhost", target: "/list")
    )
    private static let tag = [("Cache-Control", "max-age=60"), ("ETag", "\"a\"")]

    private let loop = EmbeddedEventLoop()
    private let cache: AnswerCache

    init() {
        self.cache = AnswerCache(
            eventLoop: self.loop,
            memory: MemoryTier(budget: 1 << 20),
            redis: nil,
            hasher: CacheKeyHasher()
        )
    }

    private func fill(_ request: AnswerRequest = AnswerSample.request(), largest: Int = 100) -> AnswerFill {
        let found = self.cache.inMemory(Self.address, for: request.fields)
        return AnswerFill(request, at: Self.address, found: found, cache: self.cache, largest: largest)
    }

    private func head(_ status: Int, _ fields: [(String, String)], length: Int64? = nil) -> StreamResponseHead {
        StreamResponseHead(
            status: status,
            headers: fields.map { (name: $0.0, value: $0.1) },
            contentLength: length
        )
    }

    private var stored: String? {
        self.cache.inMemory(Self.address, for: []).answer.map { String(buffer: $0.content) }
    }

    private func store(_ fields: [(String, String)] = tag) throws {
        let answer = try #require(AnswerSample.stored(fields, content: "content"))
        self.cache.store(answer, varies: [], at: Self.address, for: [], known: nil)
    }

    /// What the head of an answer to a request at noon means, in a word.
    private func step(_ fill: AnswerFill, _ head: StreamResponseHead) -> String {
        _ = fill.begin(at: AnswerSample.at(0))
        switch fill.receive(head, at: AnswerSample.at(0)) {
        case .confirmed(_, let isStored): return isStored ? "confirmed" : "confirmed once"
        case .askAgain: return "ask again"
        case .answer(let isStored): return isStored ? "store" : "pass"
        }
    }

    @Test("content is collected, and stored when it is whole")
    func collecting() {
        let fill = self.fill()
        #expect(self.step(fill, self.head(200, [("Cache-Control", "max-age=60")])) == "store")
        fill.receive(ByteBuffer(string: "con"))
        fill.receive(ByteBuffer(string: "tent"))
        #expect(self.stored == nil)
        fill.finish(.success(()))
        #expect(self.stored == "content")
    }

    @Test("content whose length was told is stored with its last byte")
    func knownLength() {
        let fill = self.fill()
        #expect(self.step(fill, self.head(200, [("Cache-Control", "max-age=60")], length: 7)) == "store")
        fill.receive(ByteBuffer(string: "content"))
        #expect(self.stored == "content")
    }

    @Test("what is cut, left or too large is not stored", arguments: [0, 1, 2, 3])
    func notStored(way: Int) {
        let fill = self.fill(largest: 5)
        let length: Int64? = way == 3 ? 6 : nil
        let expected = way == 3 ? "pass" : "store"
        #expect(self.step(fill, self.head(200, [("Cache-Control", "max-age=60")], length: length)) == expected)
        fill.receive(ByteBuffer(string: "con"))
        switch way {
        case 0: fill.finish(.failure(FetchFailure(.reset, "cut")))
        case 1: fill.abandon()
        default:
            fill.receive(ByteBuffer(string: "ten"))
            fill.finish(.success(()))
        }
        #expect(self.stored == nil)
    }

    @Test(
        "what the answer does to what is stored",
        arguments: [
            // Status, fields, what it means, what is stored then.
            (304, [], "confirmed", "content"), (304, [("ETag", "\"b\"")], "ask again", nil),
            (304, [("Cache-Control", "no-store")], "confirmed once", nil),
            (200, [("Cache-Control", "no-store")], "pass", nil), (404, [], "pass", nil), (503, [], "pass", "content"),
            (500, [("Cache-Control", "max-age=60")], "pass", "content"),
        ] as [(Int, [(String, String)], String, String?)]
    )
    func replacing(status: Int, fields: [(String, String)], expected: String, kept: String?) throws {
        try self.store()
        #expect(self.step(self.fill(), self.head(status, fields)) == expected)
        #expect(self.stored == kept)
    }

    @Test(
        "what the answer to HEAD does to what is stored (RFC 9111, section 4.3.5)",
        arguments: [
            (200, [], 7, "content"), (200, [("ETag", "\"a\"")], nil, "content"), (200, [("ETag", "\"b\"")], nil, nil),
            (200, [], 8, nil), (404, [], nil, nil), (503, [], nil, "content"),
            (200, [("Cache-Control", "no-store")], nil, nil),
        ] as [(Int, [(String, String)], Int64?, String?)]
    )
    func heads(status: Int, fields: [(String, String)], length: Int64?, kept: String?) throws {
        try self.store()
        let fill = self.fill(AnswerSample.request(.head))
        #expect(self.step(fill, self.head(status, fields, length: length)) == "pass")
        #expect(self.stored == kept)
    }

    @Test("the answer to HEAD makes what is stored fresh again")
    func headFreshens() throws {
        try self.store([("Cache-Control", "max-age=60"), ("ETag", "\"a\""), ("Age", "100")])
        let fill = self.fill(AnswerSample.request(.head))
        _ = self.step(fill, self.head(200, Self.tag + [("X-New", "1")], length: 7))
        let answer = try #require(self.cache.inMemory(Self.address, for: []).answer)
        #expect(answer.timeToLive(at: AnswerSample.at(0)) == 60)
        #expect(answer.head.firstValue(of: "x-new") == "1")
        #expect(answer.head.firstValue(of: "content-length") == "7")
    }

    @Test("the service is asked with the stored validators in place of the client's")
    func validators() throws {
        let request = AnswerSample.request([("If-None-Match", "\"client\""), ("Accept", "x")])
        func sent(_ fill: AnswerFill) -> [String] {
            fill.begin(at: AnswerSample.at(0)).map { "\($0.name): \($0.value)" }
        }
        #expect(sent(self.fill(request)) == ["Accept: x", "If-None-Match: \"client\""])
        try self.store(Self.tag + [("Last-Modified", AnswerSample.date(-9))])
        #expect(
            sent(self.fill(request))
                == ["Accept: x", "If-None-Match: \"a\"", "If-Modified-Since: \(AnswerSample.date(-9))"]
        )
        #expect(sent(self.fill(request.forAll)).first == "Accept: x")
        #expect(sent(self.fill(AnswerSample.request(.head, [("Accept", "x")]))) == ["Accept: x"])
    }

    @Test(
        "those who wait hear what came of it",
        arguments: [
            (200, [("Cache-Control", "max-age=60")], "stored"), (200, [], "unshared"), (503, [], "unshared"),
            (200, [("Cache-Control", "private, max-age=60")], "unshared"),
        ] as [(Int, [(String, String)], String)]
    )
    func waiting(status: Int, fields: [(String, String)], expected: String) {
        let fill = self.fill()
        let others = self.fill()
        let leads = [fill.lead(), others.lead()]
        #expect(leads == [true, false])
        var landings: [String] = []
        let waiter = AnswerFlights.Waiter(patience: .seconds(5), on: self.loop) { landings.append("\($0)") }
        self.cache.flights.join(others.flightText, waiter)
        _ = self.step(fill, self.head(status, fields))
        fill.finish(.success(()))
        #expect(landings == [expected])
        let leadsNow = others.lead()
        #expect(leadsNow)
    }

    @Test("when whoever asked has gone, or the service failed, those who wait hear it")
    func endings() {
        for isFailure in [true, false] {
            let fill = self.fill()
            _ = fill.lead()
            var landings: [String] = []
            let waiter = AnswerFlights.Waiter(patience: .seconds(5), on: self.loop) { landing in
                switch landing {
                case .abandoned: landings.append("abandoned")
                case .failed(let failure): landings.append(failure.code.rawValue)
                case .stored, .unshared: landings.append("another")
                }
            }
            self.cache.flights.join(fill.flightText, waiter)
            _ = fill.begin(at: AnswerSample.at(0))
            if isFailure { fill.finish(.failure(FetchFailure(.timeout, "late"))) } else { fill.abandon() }
            #expect(landings == [isFailure ? "timeout" : "abandoned"])
        }
    }

    private func purge(_ target: String) throws {
        let record = PurgeRecord(try #require(PurgeTarget(target)))
        #expect(self.cache.purges.apply([record], at: self.cache.purges.position.next, now: AnswerSample.at(0)))
    }

    @Test(
        "an answer, a confirmation and the fields that it varies by bear the last purge that was known when it was asked for"
    )
    func positions() throws {
        try self.purge("tag:other")
        let fill = self.fill()
        _ = fill.begin(at: AnswerSample.at(0))
        let position = self.cache.purges.position
        try self.purge("tag:another")
        let fields = Self.tag + [("Vary", "Accept")]
        _ = fill.receive(self.head(200, fields), at: AnswerSample.at(0))
        fill.finish(.success(()))
        let found = self.cache.inMemory(Self.address, for: [])
        #expect(found.answer?.fragment.purgePosition == position)
        #expect(found.variants != nil)

        let confirming = self.fill()
        _ = confirming.begin(at: AnswerSample.at(0))
        let later = self.cache.purges.position
        try self.purge("tag:yet-another")
        guard case .confirmed = confirming.receive(self.head(304, fields), at: AnswerSample.at(0)) else {
            Issue.record("it is not confirmed")
            return
        }
        #expect(self.cache.inMemory(Self.address, for: []).answer?.fragment.purgePosition == later)
        // The index is of the same age: what it leads to would outlive it otherwise.
        try self.purge("url:\(Self.address.url)")
        #expect(self.cache.inMemory(Self.address, for: []).variants == nil)
    }

    @Test("an answer that was purged on its way is not stored, and its followers find nothing")
    func purgedOnItsWay() throws {
        let fill = self.fill()
        _ = fill.begin(at: AnswerSample.at(0))
        try self.purge("url:\(Self.address.url)")
        _ = fill.receive(self.head(200, Self.tag), at: AnswerSample.at(0))
        fill.finish(.success(()))
        #expect(self.stored == nil)
    }

    @Test("what is purged while it is confirmed is asked for anew, and one that was purged before is not asked about")
    func purgedWhileConfirmed() throws {
        try self.store()
        let fill = self.fill()
        let isConditional = fill.begin(at: AnswerSample.at(0)).contains { $0.name == "If-None-Match" }
        #expect(isConditional)
        try self.purge("service:shop")
        guard case .askAgain = fill.receive(self.head(304, Self.tag), at: AnswerSample.at(0)) else {
            Issue.record("a purged answer is confirmed")
            return
        }
        #expect(fill.begin(at: AnswerSample.at(0)).isEmpty)

        try self.storeNow()
        let late = self.fill()
        try self.purge("all")
        #expect(late.begin(at: AnswerSample.at(0)).isEmpty)
    }

    private func storeNow() throws {
        let answer = try #require(
            AnswerSample.stored(Self.tag, content: "content", position: self.cache.purges.position)
        )
        self.cache.store(answer, varies: [], at: Self.address, for: [], known: nil)
    }
}
