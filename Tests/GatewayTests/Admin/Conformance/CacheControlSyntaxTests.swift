import Testing

@testable import Gateway

@Suite("What is wrong with a Cache-Control field")
struct CacheControlSyntaxTests {
    @Test(
        "What caches read as it is meant is in order",
        arguments: [
            "", "public, max-age=60", "private,no-cache", "no-store", "no-store, max-age=0",
            " Max-Age=60 , S-MAXAGE=1 ",
            "max-age=60, stale-while-revalidate=600, stale-if-error=3600", "max-age=\"60\"", "community=\"a, b; c\"",
            "private=\"set-cookie, x\", max-age=1", "x-mine", "must-revalidate, immutable, must-understand",
        ]
    )
    func fine(_ value: String) {
        #expect(CacheControlSyntax.problems(in: value) == [])
    }

    @Test(
        "What caches read otherwise is told",
        arguments: [
            ("max-age=1h", ["says 'max-age=1h', which is no number of seconds and counts as 0"]),
            ("max-age", ["says 'max-age', which is no number of seconds and counts as 0"]),
            ("max-age=-1", ["says 'max-age=-1', which is no number of seconds and counts as 0"]),
            ("max-age = 60", ["says 'max-age ', which no cache knows; did you mean 'max-age'?"]),
            ("max-age=1, max-age=2", ["says 'max-age' twice; the first counts"]),
            ("public; max-age=60", ["has a semicolon in 'public; max-age=60'; directives are separated by commas"]),
            ("max_age=60", ["says 'max_age', which no cache knows; did you mean 'max-age'?"]),
            ("privat", ["says 'privat', which no cache knows; did you mean 'private'?"]),
            ("stale-if-err=1", ["says 'stale-if-err', which no cache knows; did you mean 'stale-if-error'?"]),
            ("do not keep it", ["says 'do not keep it', which is no directive"]),
            ("public, private", ["says both 'public' and 'private'"]),
            ("no-store, max-age=60", ["says both 'no-store' and a lifetime"]),
        ]
    )
    func problems(_ value: String, _ expected: [String]) {
        #expect(CacheControlSyntax.problems(in: value) == expected)
    }
}
