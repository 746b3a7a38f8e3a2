import FragmentProtocol
import Testing

/// A field's value, and the canonical print of what it says.
struct DirectivesCase: CustomTestStringConvertible, Sendable {
    let value: String
    let printed: String

    init(_ value: String, _ printed: String) {
        self.value = value
        self.printed = printed
    }

    var testDescription: String { value }
}

@Suite("CacheDirectives, parsing")
struct CacheDirectivesParsingTests {
    @Test(
        "reads Cache-Control",
        arguments: [
            // Every directive that is known.
            DirectivesCase("", ""),
            DirectivesCase("max-age=60", "max-age=60"),
            DirectivesCase("s-maxage=60, public", "public, s-maxage=60"),
            DirectivesCase("no-store,no-cache,private", "private, no-store, no-cache"),
            DirectivesCase("must-revalidate, proxy-revalidate", "must-revalidate, proxy-revalidate"),
            DirectivesCase("no-transform, must-understand, immutable", "no-transform, must-understand, immutable"),
            DirectivesCase(
                "stale-while-revalidate=30, stale-if-error=86400",
                "stale-while-revalidate=30, stale-if-error=86400"
            ),
            DirectivesCase("only-if-cached, min-fresh=5, max-stale", "only-if-cached, min-fresh=5, max-stale"),
            DirectivesCase("max-stale=5", "max-stale=5"),
            // Names know no case; white space and empty parts mean nothing.
            DirectivesCase("Max-Age=60, PRIVATE", "private, max-age=60"),
            DirectivesCase("  ,, max-age=60\t,  ,", "max-age=60"),
            // Quoted values are as good as tokens.
            DirectivesCase("max-age=\"60\"", "max-age=60"),
            DirectivesCase("max-age=\"6\\0\"", "max-age=60"),
            DirectivesCase("private=\"Set-Cookie, X-User\"", "private=\"set-cookie, x-user\""),
            DirectivesCase("no-cache=Set-Cookie", "no-cache=\"set-cookie\""),
            DirectivesCase("foo=\"a, no-store, b\"", "foo=\"a, no-store, b\""),
            // A limit that is broken, empty or contradicted is none.
            DirectivesCase("private=\"\"", "private"),
            DirectivesCase("private=\"a b\"", "private"),
            DirectivesCase("private, private=\"a\"", "private"),
            DirectivesCase("private=\"a\", private", "private"),
            DirectivesCase("private=\"b\", private=\"a\"", "private=\"a, b\""),
            // Seconds that are no number make it stale (RFC 9111, 4.2.1).
            DirectivesCase("max-age", "max-age=0"),
            DirectivesCase("max-age=", "max-age=0"),
            DirectivesCase("max-age=-1", "max-age=0"),
            DirectivesCase("max-age=+1", "max-age=0"),
            DirectivesCase("max-age=1.5", "max-age=0"),
            DirectivesCase("max-age=6O", "max-age=0"),
            DirectivesCase("max-age=60s", "max-age=0"),
            DirectivesCase("max-age=60 0", "max-age=0"),
            DirectivesCase("max-age=1e3", "max-age=0"),
            DirectivesCase("max-age=0x10", "max-age=0"),
            DirectivesCase("max-age=٣", "max-age=0"),
            DirectivesCase("max-age= 60", "max-age=0"),
            DirectivesCase("max-age =60", "max-age=0"),
            DirectivesCase("max-age=\"60\"x", "max-age=0"),
            DirectivesCase("max-age=60+30", "max-age=0"),
            DirectivesCase("stale-if-error=soon", "stale-if-error=0"),
            // Large numbers count as 2^31 (RFC 9111, 1.2.2), leading zeros for nothing.
            DirectivesCase("max-age=2147483647", "max-age=2147483647"),
            DirectivesCase("max-age=2147483649", "max-age=2147483648"),
            DirectivesCase("max-age=99999999999999999999999999999", "max-age=2147483648"),
            DirectivesCase("max-age=0000000000000000000000000000060", "max-age=60"),
            // Of several the first one counts, even where it is wrong.
            DirectivesCase("max-age=1, max-age=2", "max-age=1"),
            DirectivesCase("max-age=x, max-age=2", "max-age=0"),
            DirectivesCase("max-stale, max-stale=2", "max-stale"),
            DirectivesCase("foo=1, foo=2", "foo=1"),
            // Directives that are not known are kept; a value of one that takes none is left out.
            DirectivesCase("zeta=1, alpha, Community=\"UCI\"", "alpha, community=UCI, zeta=1"),
            DirectivesCase("no-store=x, public=\"y\"", "public, no-store"),
            // What is no directive is left out, and hides no other one.
            DirectivesCase("=60, max-age=1", "max-age=1"),
            DirectivesCase("a b, no-store", "no-store"),
            DirectivesCase("foo=\"bar, no-store", "no-store, foo=\"\\\"bar\""),
            DirectivesCase("private=\"x, no-store", "private, no-store"),
            DirectivesCase("max-age=\"60, no-store", "no-store, max-age=0"),
            DirectivesCase("max-age=60; no-store", "no-store, max-age=60"),
            DirectivesCase("private; max-age=60", "private, max-age=60"),
            DirectivesCase("private=\"a;b\"; no-store;", "private, no-store"),
        ]
    )
    func parsing(_ test: DirectivesCase) {
        #expect(CacheDirectives(parsing: test.value).description == test.printed)
    }

    @Test(
        "reads Surrogate-Control",
        arguments: [
            DirectivesCase("max-age=60+30", "max-age=60, stale-while-revalidate=30"),
            DirectivesCase("max-age=60, content=\"ESI/1.0\"", "max-age=60, content=\"ESI/1.0\""),
            DirectivesCase("no-store;akamai, max-age=5", "max-age=5"),
            DirectivesCase("max-age=9;other, max-age=5", "max-age=5"),
            DirectivesCase("content=\"ESI/1.0\";other", ""),
            DirectivesCase("max-age=x+30", "max-age=0, stale-while-revalidate=30"),
            DirectivesCase("max-age=1+2+3", "max-age=0"),
        ]
    )
    func surrogate(_ test: DirectivesCase) {
        #expect(CacheDirectives(surrogate: test.value).description == test.printed)
    }

    @Test("the shared lifetime wins in shared caches")
    func sharedFreshness() {
        #expect(CacheDirectives(parsing: "max-age=1, s-maxage=2").sharedFreshness == 2)
        #expect(CacheDirectives(parsing: "max-age=1").sharedFreshness == 1)
        #expect(CacheDirectives(parsing: "public").sharedFreshness == nil)
    }

    @Test("never fails, and the print of what was read reads the same", arguments: 0..<1000 as Range<UInt64>)
    func fuzz(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let pieces = [
            "max-age", "private", "no-store", "foo", "=", "\"", ",", ", ", " ", ";", "\\", "60", "x", "9999999999", "é",
            "\u{0}", "\n", "content", "+",
        ]
        let value = random.text(of: pieces, upTo: 14)
        let directives = CacheDirectives(parsing: value)
        #expect(CacheDirectives(parsing: directives.description) == directives)
        let surrogate = CacheDirectives(surrogate: value)
        #expect(CacheDirectives(surrogate: surrogate.description) == surrogate)
    }

    @Test("no mistake hides a no-store between commas or semicolons", arguments: 0..<500 as Range<UInt64>)
    func noStoreIsFound(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        // An even number of quotation marks could rightly quote the directive, so the text has one at most.
        let before = random.text(of: ["a", "=", ",", "\\", " ", ";", "60", "max-age="], upTo: 6)
        let quote = random.pick(["", "\""])
        let (first, second) = (random.pick([",", ";"]), random.pick([",", ";"]))
        #expect(CacheDirectives(parsing: "\(before)\(quote)x\(first) no-store\(second)max-age=60").noStore)
    }
}
