import FragmentProtocol
import Testing

@Suite("CacheDirectives, targeted fields")
struct CacheDirectivesTargetedTests {
    @Test(
        "reads dictionaries",
        arguments: [
            DirectivesCase("max-age=60", "max-age=60"),
            DirectivesCase("  max-age=60 , private", "private, max-age=60"),
            DirectivesCase("no-store,max-age=60;p=1;q", "no-store, max-age=60"),
            DirectivesCase("private=(\"a\" \"b\";x), no-cache=\"c\"", "private, no-cache"),
            // The last value counts.
            DirectivesCase("max-age=1, max-age=2", "max-age=2"),
            DirectivesCase("no-store, no-store=?0", ""),
            // A value of another type leaves the directive out.
            DirectivesCase("max-age=60.5, private", "private"),
            DirectivesCase("max-age=\"60\", private", "private"),
            DirectivesCase("max-age, private", "private"),
            DirectivesCase("max-age=-1, private", "private"),
            DirectivesCase("max-age=999999999999999", "max-age=2147483648"),
            // Names that are not known and all other types of values.
            DirectivesCase("*x=tok/en:1, b=:aGk=:, c=?1, d=( ), e=(1 2.5), private", "private"),
        ]
    )
    func reads(_ test: DirectivesCase) {
        #expect(CacheDirectives(targeted: test.value)?.description == test.printed)
    }

    @Test(
        "is void when malformed or empty",
        arguments: [
            "", "  ", ",", "max-age=60,", "max-age=60,,private", "Max-Age=60", "max-age =60", "max-age= 60",
            "max-age=60 private", "max-age=\"60", "a=\"\\x\"", "a=\"é\"", "a=?2", "a=(1", "a=(1,2)", "a=(1\"b\")",
            "a=:x", "a=1.", "a=1.1234", "a=1234567890123456", "a=-", "a=;b", "a;", "a;b=", "é", "1a", "a=@",
        ]
    )
    func refuses(_ value: String) {
        #expect(CacheDirectives(targeted: value) == nil)
    }

    @Test("never fails, and what it reads prints as a dictionary", arguments: 0..<500 as Range<UInt64>)
    func fuzz(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let value = random.text(
            of: ["max-age", "no-store", "=", ",", " ", ";", "\"", "(", ")", "?", "1", ":", "-", ".", "x"],
            upTo: 12
        )
        guard let directives = CacheDirectives(targeted: value), !directives.isEmpty else { return }
        #expect(CacheDirectives(targeted: directives.description) == directives)
    }
}
