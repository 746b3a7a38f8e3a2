import FragmentProtocol
import NIOCore
import Testing

@testable import Gateway

@Suite("What has been purged ends the copies that were fetched before")
struct PurgeLogTests {
    static let moment = Instant(milliseconds: 1_000_000)

    static func copy(
        at position: UInt64 = 0,
        tags: [String] = [],
        freshFor: Duration = .seconds(600),
        kind: StoredFragment.Kind = .html
    ) -> StoredFragment {
        StoredFragment(
            kind: kind,
            requestedAt: Self.moment,
            purgePosition: PurgePosition(rawValue: position),
            storedAt: Self.moment,
            freshUntil: Self.moment + freshFor,
            revalidateUntil: Self.moment + freshFor + .seconds(60),
            tags: tags,
            body: ByteBuffer(string: "x")
        )
    }

    static func log(_ targets: [String], mode: PurgeRecord.Mode = .hard, at position: UInt64 = 5) throws -> PurgeLog {
        let log = PurgeLog(hasher: CacheKeyHasher())
        let records = try targets.map { PurgeRecord(try #require(PurgeTarget($0)), mode: mode) }
        log.apply(records, at: PurgePosition(rawValue: position), now: Self.moment + .seconds(10))
        return log
    }

    @Test(
        "each target names the copies that it should, and no other",
        arguments: [
            ("all", ["a/x", "a/x?n=1", "b/y|language=fr"], []),
            ("service:a", ["a/x", "a/x?n=1", "a/y|user=1"], ["b/x", "ab/x"]),
            ("fragment:a/x", ["a/x", "a/x?n=1", "a/x?n=1|language=fr|user=7"], ["a/xy", "a/y", "b/x", "aa/x"]),
            ("fragment:a/x?n=1", ["a/x?n=1", "a/x?n=1|user=7"], ["a/x", "a/x?n=2", "a/x?n=10", "a/x?m=1&n=1"]),
            ("tag:t", ["tagged a/x", "tagged b/y?n=1|user=4"], ["a/x", "t/t", "a/t"]),
        ] as [(String, [String], [String])]
    )
    func targets(target: String, ended: [String], left: [String]) throws {
        let log = try Self.log([target])
        for name in ended {
            let isTagged = name.hasPrefix("tagged ")
            let text = isTagged ? String(name.dropFirst(7)) : name
            #expect(log.verdict(on: Self.copy(tags: isTagged ? ["s", "t"] : []), named: text) == .ended, "\(name)")
        }
        for name in left { #expect(log.verdict(on: Self.copy(tags: ["s"]), named: name) == .valid, "\(name)") }
    }

    @Test(
        "stored answers are named by their service, their URL and their tags",
        arguments: [
            ("all", true), ("service:a", true), ("service:b", false), ("tag:t", true), ("url:http://h/x?n=1", true),
            ("url:http://h/x", false), ("url:http://h/x?n=10", false), ("url:https://h/x?n=1", false),
            ("fragment:answer/a", false),
        ]
    )
    func answers(target: String, ends: Bool) throws {
        let log = try Self.log([target])
        let address = AnswerAddress(service: "a", url: AnswerURL(scheme: "http", authority: "h", target: "/x?n=1"))
        let variants = AnswerVariants(names: ["accept"], generation: 1)
        for name in [address.text, address.text(of: variants, for: [("Accept", "b|c")])] {
            let verdict = log.verdict(on: Self.copy(tags: ["t"], kind: .answer), named: name)
            #expect(verdict == (ends ? .ended : .valid), "\(name)")
        }
    }

    @Test("many changes of addresses end old answers, and no fragment")
    func forgottenURLs() throws {
        let log = PurgeLog(hasher: CacheKeyHasher(), limit: 100)
        for number in 1...1000 {
            let target = try #require(PurgeTarget("url:http://h/\(number)"))
            log.apply([PurgeRecord(target)], at: PurgePosition(rawValue: UInt64(number)), now: Self.moment)
            #expect(log.count <= 100)
        }
        for number in 1...1000 {
            let copy = Self.copy(at: UInt64(number) - 1, kind: .answer)
            #expect(log.verdict(on: copy, named: "answer:a http://h/\(number)") == .ended, "\(number)")
        }
        #expect(log.verdict(on: Self.copy(at: 1000, kind: .answer), named: "answer:a http://h/1") == .valid)
        #expect(log.verdict(on: Self.copy(at: 0), named: "a/x") == .valid)
    }

    @Test("a copy whose fetch began when the purge was known stays; one from before it does not")
    func order() throws {
        let log = try Self.log(["tag:t"], at: 5)
        #expect(log.verdict(on: Self.copy(at: 4, tags: ["t"]), named: "a/x") == .ended)
        #expect(log.verdict(on: Self.copy(at: 5, tags: ["t"]), named: "a/x") == .valid)
        #expect(log.verdict(on: Self.copy(at: 6, tags: ["t"]), named: "a/x") == .valid)
    }

    @Test("a soft purge takes the freshness away, and leaves the time in which a stale copy may serve")
    func soft() throws {
        let log = try Self.log(["tag:t"], mode: .soft)
        let end = Self.moment + .seconds(10)
        let copy = Self.copy(tags: ["t"])
        #expect(log.verdict(on: copy, named: "a/x") == .staleFrom(end))
        let admitted = try #require(log.admitted(copy, named: "a/x"))
        #expect(admitted.usability(at: end) == .staleWhileRevalidate)
        #expect(admitted.revalidateUntil == copy.revalidateUntil)
        // One that was stale before is not made any fresher.
        #expect(log.verdict(on: Self.copy(tags: ["t"], freshFor: .seconds(3)), named: "a/x") == .valid)
    }

    @Test("a hard purge after a soft one ends; a soft one after a hard one leaves what is newer than the hard one")
    func modes() throws {
        let log = try Self.log(["tag:t"], mode: .soft, at: 5)
        log.apply([PurgeRecord(.tag("t"))], at: PurgePosition(rawValue: 6), now: Self.moment)
        #expect(log.verdict(on: Self.copy(at: 5, tags: ["t"]), named: "a/x") == .ended)
        log.apply([PurgeRecord(.tag("t"), mode: .soft)], at: PurgePosition(rawValue: 7), now: Self.moment + .seconds(1))
        #expect(log.verdict(on: Self.copy(at: 6, tags: ["t"]), named: "a/x") == .staleFrom(Self.moment + .seconds(1)))
        #expect(log.verdict(on: Self.copy(at: 5, tags: ["t"]), named: "a/x") == .ended)
    }

    @Test("a purge that is told twice, or late, changes nothing")
    func repeats() throws {
        let log = try Self.log(["tag:t"], at: 5)
        let generation = log.generation
        log.apply([PurgeRecord(.everything)], at: PurgePosition(rawValue: 5), now: Self.moment)
        log.apply([PurgeRecord(.everything)], at: PurgePosition(rawValue: 4), now: Self.moment)
        #expect(log.generation == generation)
        #expect(log.verdict(on: Self.copy(), named: "a/x") == .valid)
    }

    @Test("while it is cut off, a copy is fresh for a bounded age, and for its whole time again afterwards")
    func cutOff() throws {
        let log = PurgeLog(hasher: CacheKeyHasher())
        let copy = Self.copy()
        log.setKnowledge(.cutOff(longestAge: .seconds(30)))
        #expect(log.verdict(on: copy, named: "a/x") == .overAt(Self.moment + .seconds(30)))
        #expect(log.verdict(on: Self.copy(freshFor: .seconds(20)), named: "a/x") == .valid)
        let aged = try #require(log.admitted(copy, named: "a/x"))
        #expect(aged.usability(at: Self.moment + .seconds(29)) == .fresh)
        #expect(aged.usability(at: Self.moment + .seconds(31)) == .staleWhileRevalidate)
        #expect(aged.usability(at: Self.moment + .seconds(91)) == .expired)
        log.setKnowledge(.current)
        #expect(log.verdict(on: copy, named: "a/x") == .valid)
    }

    @Test("what is forgotten ends every copy that is as old: nothing purged comes back")
    func forgetting() throws {
        let log = PurgeLog(hasher: CacheKeyHasher(), limit: 100)
        for number in 1...1000 {
            log.apply([PurgeRecord(.tag("t\(number)"))], at: PurgePosition(rawValue: UInt64(number)), now: Self.moment)
            #expect(log.count <= 100)
        }
        for number in 1...1000 {
            let copy = Self.copy(at: UInt64(number) - 1, tags: ["t\(number)"])
            #expect(log.verdict(on: copy, named: "a/x") == .ended, "\(number)")
        }
        #expect(log.verdict(on: Self.copy(at: 1000, tags: ["t1"]), named: "a/x") == .valid)
    }

    @Test("a copy from before what is on record has ended")
    func floor() {
        let log = PurgeLog(hasher: CacheKeyHasher())
        log.endAll(before: PurgePosition(rawValue: 10))
        #expect(log.verdict(on: Self.copy(at: 9), named: "a/x") == .ended)
        #expect(log.verdict(on: Self.copy(at: 10), named: "a/x") == .valid)
    }

    @Test("the memory tier gives no copy that has ended, whenever the purge came")
    func memory() throws {
        let hasher = CacheKeyHasher()
        let log = PurgeLog(hasher: hasher)
        let tier = MemoryTier(budget: 1 << 20, purges: log)
        let names = ["a/x", "a/y", "b/x"]
        for name in names { tier.insert(hasher.hash(name), text: name, Self.copy(tags: [name == "a/y" ? "t" : "u"])) }
        log.apply([PurgeRecord(.tag("t"))], at: PurgePosition(rawValue: 1), now: Self.moment)
        #expect(tier.lookup(hasher.hash("a/y")) == nil)
        #expect(tier.lookup(hasher.hash("a/x")) != nil)
        #expect(tier.counters.purged == 1)
        #expect(tier.count == 2)
        // One that was on its way is kept, and not given either.
        tier.insert(hasher.hash("a/y"), text: "a/y", Self.copy(tags: ["t"]))
        #expect(tier.lookup(hasher.hash("a/y")) == nil)
        log.apply([PurgeRecord(.service("a"), mode: .soft)], at: PurgePosition(rawValue: 2), now: Self.moment)
        let softened = try #require(tier.lookup(hasher.hash("a/x")))
        #expect(softened.fragment.usability(at: Self.moment) == .staleWhileRevalidate)
        #expect(tier.lookup(hasher.hash("a/x")) === softened)
        let untouched = try #require(tier.lookup(hasher.hash("b/x")))
        #expect(untouched.fragment.usability(at: Self.moment) == .fresh)
    }

    /// A log that remembers every purge and looks at them one by one.
    private struct Model {
        var purges: [(position: UInt64, text: String)] = []

        func hasEnded(_ copy: StoredFragment, named text: String) -> Bool {
            let url = AnswerAddress.parts(of: text).map { "url:\($0.url)" }
            let names = Array(PurgeableNames(text: text, tags: copy.tags)) + ["all"] + [url].compactMap(\.self)
            return self.purges.contains { names.contains($0.text) && copy.purgePosition.rawValue < $0.position }
        }
    }

    @Test("random purges and copies: the log says what a list of all purges says", arguments: 0..<20)
    func agreesWithModel(seed: UInt64) throws {
        var generator = RepeatableGenerator(seed: seed)
        let log = PurgeLog(hasher: CacheKeyHasher())
        var model = Model()
        let targets = [
            "service:a", "service:b", "fragment:a/x", "fragment:b/x?n=1", "tag:t", "tag:u", "tag:v", "url:http://h/x",
            "url:http://h/y",
        ]
        let names = ["a/x", "a/x?n=1", "a/y", "b/x", "b/x?n=1|user=3", "b/z", "answer:a http://h/x\n1\naccept=b"]
        for position in 1...200 as ClosedRange<UInt64> {
            if Int.random(in: 0..<4, using: &generator) == 0 {
                let text = try #require(targets.randomElement(using: &generator))
                log.apply(
                    [PurgeRecord(try #require(PurgeTarget(text)))],
                    at: PurgePosition(rawValue: position),
                    now: Self.moment
                )
                model.purges.append((position, text))
            }
            let tags = ["t", "u", "v"].filter { _ in Bool.random(using: &generator) }
            let name = try #require(names.randomElement(using: &generator))
            let copy = Self.copy(
                at: UInt64.random(in: 0...position, using: &generator),
                tags: tags,
                kind: name.hasPrefix("answer:") ? .answer : .html
            )
            #expect((log.verdict(on: copy, named: name) == .ended) == model.hasEnded(copy, named: name))
        }
    }
}
