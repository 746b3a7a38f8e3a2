import Testing

@testable import Gateway

@Suite struct HTTPDateTests {
    /// 15 November 2026.
    static let now = Instant(milliseconds: 1_794_700_800_000)

    @Test(arguments: [
        ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
        ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777),
        ("Sun Nov  6 08:49:37 1994", 784_111_777),
        ("Wed Nov 16 08:49:37 1994", 784_975_777),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("Tue, 29 Feb 2000 23:59:60 GMT", 951_868_800),
        ("Wed, 31 Dec 1969 23:59:59 GMT", -1),
        // Not more than 50 years ahead: 2076; more: 1977.
        ("Sunday, 15-Nov-76 00:00:00 GMT", 3_372_624_000),
        ("Tuesday, 15-Nov-77 00:00:00 GMT", 248_400_000),
        ("Mon, 01 Jan 0001 00:00:00 GMT", -62_135_596_800),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 253_402_300_799),
    ])
    func readsAllThreeForms(text: String, seconds: Int64) {
        #expect(HTTPDate.parse(text, now: Self.now) == Instant(milliseconds: seconds * 1000))
    }

    @Test(arguments: [
        "", "0", "-1", "now", "1994-11-06T08:49:37Z", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 6 Nov 1994 08:49:37 GMT", "sun, 06 nov 1994 08:49:37 GMT", "Son, 06 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 94 08:49:37 GMT", "Sun, 31 Nov 1994 08:49:37 GMT", "Thu, 29 Feb 1900 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:60:37 GMT", "Sun, 06 Nov 1994 08:49:61 GMT",
        "Sun, 06 Nov 1994 8:49:37 GMT", "Sun, 06 Nov +994 08:49:37 GMT", "Sun, 00 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-1994 08:49:37 GMT", "Sun Nov 06 08:49 1994", "Sun, 06 Nov 1994 08:49:37 GMT x",
        "Sun, ٠٦ Nov 1994 08:49:37 GMT",
    ])
    func refusesOtherTexts(text: String) {
        #expect(HTTPDate.parse(text, now: Self.now) == nil)
    }
}
