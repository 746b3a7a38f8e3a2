import FoundationEssentials
import FragmentProtocol
import Testing

@Suite("CacheDirectives, printing")
struct CacheDirectivesPrintingTests {
    @Test("parses what it prints", arguments: 0..<500 as Range<UInt64>)
    func roundTrip(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        func seconds() -> Int? { random.chance(of: 2) ? nil : random.pick([0, 1, 60, 86_400, 2_147_483_648]) }
        func flag() -> Bool { random.chance(of: 3) }
        let directives = CacheDirectives(
            isPublic: flag(),
            isPrivate: flag(),
            noStore: flag(),
            noCache: flag(),
            mustRevalidate: flag(),
            proxyRevalidate: flag(),
            noTransform: flag(),
            mustUnderstand: flag(),
            immutable: flag(),
            onlyIfCached: flag(),
            maxAge: seconds(),
            sharedMaxAge: seconds(),
            staleWhileRevalidate: seconds(),
            staleIfError: seconds(),
            minFresh: seconds(),
            maxStale: random.pick([nil, .any, .seconds(0), .seconds(60)]),
            content: random.pick([nil, "ESI/1.0", "a \"b\" \\ c", "é"])
        )
        #expect(CacheDirectives(parsing: directives.description) == directives)
        let bytes = try JSONEncoder().encode([directives])
        #expect(try JSONDecoder().decode([CacheDirectives].self, from: bytes) == [directives])
    }

    @Test("prints seconds within their range")
    func clamps() {
        #expect(CacheDirectives(maxAge: -5, sharedMaxAge: .max).description == "max-age=0, s-maxage=2147483648")
    }

    @Test("can be written as a literal")
    func literal() {
        let directives: CacheDirectives = "private, max-age=10"
        #expect(directives == CacheDirectives(isPrivate: true, maxAge: 10))
        #expect(CacheDirectives().isEmpty)
        #expect(!directives.isEmpty)
    }
}
