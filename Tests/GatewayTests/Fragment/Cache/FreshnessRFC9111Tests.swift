import NIOCore
import Testing

@testable import Gateway

/// What the specifications demand of ``Freshness``, section by section; what they leave open, as caching.md decides it.
@Suite struct FreshnessRFC9111Tests {
    /// Sun, 15 Nov 2026 12:00:00 GMT.
    static let now = Instant(milliseconds: 1_794_744_000_000)

    @Test("what the fields say", arguments: RFC9111Row.sections.flatMap { $0 })
    func judgesFields(row: RFC9111Row) { check(row) }

    @Test("what more than the fields decides", arguments: RFC9111Row.circumstances.flatMap { $0 })
    func judgesCircumstances(row: RFC9111Row) { check(row) }

    @Test("what a 304 changes", arguments: RFC9111Update.identity + RFC9111Update.times)
    func updates(row: RFC9111Update) {
        let then = context(Self.now + .seconds(-100), row.delay)
        let first = Freshness.judge(status: 200, headers: row.stored, rule: row.rule, context: then)
        guard case .storable(let times) = first else {
            Issue.record("\(row.testDescription): the first answer is not stored: \(first)")
            return
        }
        let stored = StoredFragment(
            storedAt: times.storedAt,
            freshUntil: times.freshUntil,
            revalidateUntil: times.revalidateUntil,
            errorUntil: times.errorUntil,
            etag: row.storedValue("ETag"),
            lastModified: row.storedValue("Last-Modified"),
            body: ByteBuffer()
        )
        let now = context(Self.now, row.delay)
        let updated = Freshness.update(stored, headers: row.fields, rule: row.rule, context: now)
        let outcome = updated.map { FreshnessOutcome($0.freshUntil, $0.revalidateUntil, $0.errorUntil) }
        #expect(outcome == row.expected, "\(row.testDescription)")
    }

    @Test("dates in Expires", arguments: HTTPDateRow.dates + HTTPDateRow.others)
    func readsExpires(row: HTTPDateRow) {
        let seconds = row.seconds ?? 0
        let expected: FreshnessOutcome = seconds > 0 ? .kept(seconds) : .stale
        check(RFC9111Row(section: "5.3", name: "Expires", fields: [("Expires", row.text)], expected: expected))
    }

    /// What is no date stands for the moment of arrival (RFC 9110, section 6.6.1).
    @Test("dates in Date", arguments: HTTPDateRow.dates + HTTPDateRow.others)
    func readsDate(row: HTTPDateRow) {
        let lifetime = 120 - (row.seconds ?? 0)
        let expected: FreshnessOutcome = lifetime > 0 ? .kept(lifetime) : .stale
        let fields = [(name: "Date", value: row.text), (name: "Expires", value: later)]
        check(RFC9111Row(section: "4.2.1", name: "Date", fields: fields, expected: expected))
    }

    private func check(_ row: RFC9111Row) {
        var fetch = context(Self.now, row.delay)
        fetch.isPersonal = row.isPersonal
        let outcome: FreshnessOutcome
        switch Freshness.judge(status: row.status, headers: row.fields, rule: row.rule, context: fetch) {
        case .notStorable(let reason): outcome = .refused(reason)
        case .storable(let times): outcome = .init(times.freshUntil, times.revalidateUntil, times.errorUntil)
        }
        #expect(outcome == row.expected, "\(row.testDescription)")
    }

    private func context(_ now: Instant, _ delay: Int) -> FreshnessContext {
        FreshnessContext(requestedAt: now + .seconds(-delay), receivedAt: now)
    }
}

private let minuteAgo = "Sun, 15 Nov 2026 11:59:00 GMT"
/// The moment at which the answer arrives.
private let noon = "Sun, 15 Nov 2026 12:00:00 GMT"
/// 120 s after the answer arrives.
private let later = "Sun, 15 Nov 2026 12:02:00 GMT"
private let tag = #""a""#
private let weakTag = #"W/"a""#

/// What becomes of an answer.
enum FreshnessOutcome: Equatable, Sendable {
    /// It is stored: fresh for so many seconds from now on, and of use for so many after them.
    case kept(Int, swr: Int = 0, sie: Int = 0)
    case refused(NotStorableReason)

    /// Stale at once, with nothing to confirm it by.
    static let stale = Self.refused(.noLifetime)

    init(_ freshUntil: Instant, _ revalidateUntil: Instant, _ errorUntil: Instant) {
        func seconds(_ start: Instant, _ end: Instant) -> Int { Int((end - start).milliseconds / 1000) }
        let fresh = seconds(FreshnessRFC9111Tests.now, freshUntil)
        self = .kept(fresh, swr: seconds(freshUntil, revalidateUntil), sie: seconds(freshUntil, errorUntil))
    }
}

/// An answer that has just arrived, and what becomes of it.
struct RFC9111Row: CustomTestStringConvertible, Sendable {
    var section: String
    var name: String
    var fields: [(name: String, value: String)]
    var expected: FreshnessOutcome
    var status = 200
    var rule = FreshnessRule()
    var isPersonal = false
    /// How many seconds the fetch took.
    var delay = 0

    var testDescription: String {
        let fields = self.fields.map { "\($0.name): \($0.value)" }
        return "\(self.section), \(self.name): \(self.status) \(fields) → \(self.expected)"
    }

    /// A line of a table: a name, the values of the table's fields, and what becomes of the answer.
    typealias Line = (name: String, values: [String], expected: FreshnessOutcome)

    /// The rows of a table, whose head is a section and names of fields; lines may lack the last ones.
    static func table(
        _ head: String,
        status: Int = 200,
        rule: FreshnessRule = FreshnessRule(),
        isPersonal: Bool = false,
        delay: Int = 0,
        _ lines: [Line]
    ) -> [RFC9111Row] {
        let names = head.split(separator: "/").map { String($0) }
        return lines.map { line in
            let fields = zip(names.dropFirst(), line.values).map { (name: $0, value: $1) }
            var row = RFC9111Row(section: names.first ?? "", name: line.name, fields: fields, expected: line.expected)
            (row.status, row.rule, row.isPersonal, row.delay) = (status, rule, isPersonal, delay)
            return row
        }
    }

    /// The rows of tables in which nothing but the fields matters.
    static func tables(_ tables: KeyValuePairs<String, [Line]>) -> [RFC9111Row] {
        tables.flatMap { Self.table($0.key, $0.value) }
    }

    /// Rows for statuses, of answers that say that they are fresh for a minute, where the service's word counts.
    static func statuses(_ section: String, _ statuses: [Int], _ expected: FreshnessOutcome) -> [RFC9111Row] {
        statuses.flatMap { status in
            let line: Line = (name: "a status", values: ["max-age=60"], expected: expected)
            return Self.table("\(section)/Cache-Control", status: status, rule: .init(honourOrigin: true), [line])
        }
    }

    /// Fills in where the service, whose numbers win, has none.
    static let filled = FreshnessRule(staleWhileRevalidate: .seconds(7), staleIfError: .seconds(8), honourOrigin: true)
}

extension RFC9111Row {
    /// RFC 9111, sections 3, 3.1, 3.5, 4.1 and 7.3.
    static let storing: [RFC9111Row] = tables([
        "3/Cache-Control/ETag/Expires": [
            ("max-age", ["max-age=60"], .kept(60)), ("s-maxage", ["s-maxage=60"], .kept(60)),
            ("Expires", ["", "", later], .kept(120)), ("public, to be confirmed", ["public", tag], .kept(0)),
            ("a validator", ["", tag], .kept(0)), ("nothing", [], .stale),
            ("no-store", ["no-store, max-age=60", tag], .refused(.noStore)),
            ("private", ["private, max-age=60", tag], .refused(.personal)),
        ],
        "3.1/Cache-Control/X-Unknown/Connection/Transfer-Encoding/Proxy-Authenticate/ETag": [
            ("an unknown field", ["max-age=60", "no-store"], .kept(60)),
            ("fields on the way", ["max-age=60", "", "close, X-A", "chunked", "Basic"], .kept(60)),
            ("a field is private", [#"private="x-unknown", max-age=60"#], .refused(.personal)),
            ("a field is no-cache", [#"no-cache="x-unknown", max-age=60"#, "", "", "", "", tag], .kept(0)),
        ],
        // No request for a fragment has `Authorization`, so that storing needs no leave and nothing varies by it.
        "3.5/Cache-Control/Vary": [
            ("no leave", ["max-age=60", "Authorization"], .kept(60)), ("s-maxage", ["s-maxage=60"], .kept(60)),
            ("must-revalidate", ["must-revalidate, max-age=60"], .kept(60)),
            ("public", ["public, max-age=60", "authorization"], .kept(60)),
        ],
        "4.1/Cache-Control/Vary": [
            ("anything", ["max-age=60", "*"], .refused(.variesByAnything)),
            ("in a list", ["max-age=60", "Accept, *"], .refused(.variesByAnything)),
            ("no name", ["max-age=60", "a b"], .refused(.variesByAnything)),
            ("others", ["max-age=60", "X-B, Accept, x-a"], .refused(.variesByMore(["x-a", "x-b"]))),
            ("what all say alike", ["max-age=60", "ACCEPT-encoding,"], .kept(60)),
        ],
        "7.3/Cache-Control/Set-Cookie": [("a cookie", ["public, max-age=60", "a=b"], .refused(.setsCookie))],
    ])

    /// RFC 9111, sections 4.2.1, 4.2.2, 5.3 and 5.4.
    static let lifetimes: [RFC9111Row] = tables([
        "4.2.1/Cache-Control/Expires/Date": [
            ("s-maxage first", ["max-age=5, s-maxage=60", later], .kept(60)),
            ("then max-age", ["public, max-age=5", later], .kept(5)),
            ("then Expires", ["public", later, noon], .kept(120)),
            ("the service's clock", ["", noon, minuteAgo], .kept(60)), ("ahead", ["", noon, later], .stale),
            ("without Date", ["", later], .kept(120)),
            // The first of two values.
            ("twice", ["max-age=60, max-age=5"], .kept(60)), ("twice again", ["max-age=5, max-age=60"], .kept(5)),
            ("s-maxage", ["s-maxage=5, s-maxage=60"], .kept(5)), ("first invalid", ["max-age=x, max-age=60"], .stale),
            // The most restrictive of two directives.
            ("no-store", ["max-age=60, no-cache, no-store"], .refused(.noStore)),
            ("no-cache", ["max-age=60, no-cache", later], .stale),
            ("private", ["public, private, s-maxage=60"], .refused(.personal)),
            ("public", ["public, no-store, s-maxage=60"], .refused(.noStore)),
            // What is invalid makes stale.
            ("s-maxage", ["s-maxage=x, max-age=60"], .stale), ("max-age", ["max-age=x", later], .stale),
            ("semicolons", ["max-age=60; no-store"], .refused(.noStore)),
            ("more semicolons", ["max-age=60; private; x"], .refused(.personal)),
            ("no-store first", ["no-store; max-age=60"], .refused(.noStore)),
        ],
        "4.2.1/Cache-Control/cache-control": [
            ("two lines", ["max-age=60", "max-age=5"], .kept(60)), ("reverse", ["max-age=5", "max-age=60"], .kept(5)),
            ("no-store joins", ["max-age=60", "no-store"], .refused(.noStore)),
            ("both", ["public", "max-age=9"], .kept(9)),
        ],
        "4.2.1/Expires/Expires": [("two lines", ["0", later], .stale)],
        "4.2.1/Date/Date/Expires": [("two lines", [noon, minuteAgo, later], .kept(120))],
        // Nothing is guessed.
        "4.2.2/Last-Modified/Cache-Control/Expires": [
            ("alone", [minuteAgo], .kept(0)), ("public", [minuteAgo, "public"], .kept(0)),
            ("max-age=0", [minuteAgo, "max-age=0"], .kept(0)), ("max-age", [minuteAgo, "max-age=5"], .kept(5)),
            ("Expires", [minuteAgo, "", "0"], .kept(0)),
        ],
        "4.2.2/Cache-Control/Date": [
            ("public", ["public"], .stale), ("immutable", ["immutable"], .stale), ("Date", ["", noon], .stale),
        ],
        "5.3/EXPIRES/Date/ETag": [
            ("in any case", [later], .kept(120)), ("the moment of Date", [noon, noon], .stale),
            ("to be confirmed", [noon, noon, tag], .kept(0)), ("in the past", [minuteAgo], .stale),
            ("before Date", [minuteAgo, noon, tag], .kept(0)), ("zero", ["0", noon, tag], .kept(0)),
        ],
        "5.3/Cache-Control/Expires": [
            ("max-age", ["max-age=60", "0"], .kept(60)), ("max-age=0", ["max-age=0", later], .stale),
            ("s-maxage", ["s-maxage=60", minuteAgo], .kept(60)), ("s-maxage=0", ["s-maxage=0", later], .stale),
            ("invalid", ["public", "x"], .stale), ("no-cache", ["no-cache", later], .stale),
            ("private", ["private", later], .refused(.personal)), ("public", ["public", later], .kept(120)),
        ],
        "5.4/Pragma/Expires": [("is for requests", ["no-cache", later], .kept(120))],
    ])

    /// RFC 9111, sections 4.2.3, 4.2.4 and 5.1, and RFC 5861.
    static let ages: [RFC9111Row] = tables([
        "4.2.3/Date/Cache-Control": [
            ("an old Date", [minuteAgo, "max-age=60"], .kept(60)), ("a new one", [later, "max-age=60"], .kept(60)),
        ],
        "5.1/Cache-Control/Age/age": [
            ("none", ["max-age=60", "0"], .kept(60)), ("spaces", ["max-age=60", " 20 "], .kept(40)),
            ("zeroes", ["max-age=60", "0020"], .kept(40)), ("almost all", ["max-age=60", "59"], .kept(1)),
            ("all", ["max-age=60", "60"], .stale), ("more", ["max-age=60", "61"], .stale),
            ("2^31", ["max-age=60", "2147483648"], .stale), ("2^64", ["max-age=60", "18446744073709551616"], .stale),
            // The first member of a list.
            ("a list", ["max-age=60", "20, 0"], .kept(40)), ("again", ["max-age=60", "0, 20"], .kept(60)),
            ("two lines", ["max-age=60", "20", "0"], .kept(40)), ("again", ["max-age=60", "0", "20"], .kept(60)),
            ("a bad list", ["max-age=60", "x, 20"], .kept(60)),
            // What is invalid is ignored.
            ("negative", ["max-age=60", "-20"], .kept(60)), ("a sign", ["max-age=60", "+20"], .kept(60)),
            ("a fraction", ["max-age=60", "20.0"], .kept(60)), ("a unit", ["max-age=60", "20s"], .kept(60)),
            ("empty", ["max-age=60", ""], .kept(60)), ("quotes", ["max-age=60", #""20""#], .kept(60)),
            ("digits", ["max-age=60", "٢٠"], .kept(60)), ("text", ["max-age=60", "x"], .kept(60)),
        ],
        "4.2.4/Cache-Control/ETag/Age": [
            ("nothing allows it", ["public, max-age=60"], .kept(60)), ("stale", ["max-age=60", tag, "90"], .kept(-30)),
            ("no-cache forbids it", ["no-cache, max-age=60, stale-if-error=9", tag], .kept(0)),
            ("no-store forbids it", ["no-store, stale-if-error=9"], .refused(.noStore)),
        ],
        "5861 3/Cache-Control/Age/Expires": [
            ("its example", ["max-age=600, stale-while-revalidate=30"], .kept(600, swr: 30)),
            ("capitals", ["Stale-While-Revalidate=30, max-age=60"], .kept(60, swr: 30)),
            ("quotes", [#"max-age=60, stale-while-revalidate="30""#], .kept(60, swr: 30)),
            ("none", ["max-age=60, stale-while-revalidate=0"], .kept(60)),
            ("no value", ["max-age=60, stale-while-revalidate"], .kept(60)),
            ("no number", ["max-age=60, stale-while-revalidate=-30"], .kept(60)),
            ("without a lifetime", ["stale-while-revalidate=30"], .kept(0, swr: 30)),
            ("of Expires", ["stale-while-revalidate=30", "0", later], .kept(120, swr: 30)),
            ("stale on arrival", ["max-age=60, stale-while-revalidate=30", "89"], .kept(-29, swr: 30)),
            ("over on arrival", ["max-age=60, stale-while-revalidate=30", "90"], .stale),
        ],
        "5861 4/Cache-Control/Age": [
            ("its example", ["max-age=600, stale-if-error=1200"], .kept(600, sie: 1200)),
            ("capitals", ["max-age=60, STALE-IF-ERROR=30"], .kept(60, sie: 30)),
            ("quotes", [#"max-age=60, stale-if-error="30""#], .kept(60, sie: 30)),
            ("twice", ["max-age=60, stale-if-error=30, stale-if-error=90"], .kept(60, sie: 30)),
            ("no value", ["max-age=9, stale-if-error"], .kept(9)), ("text", ["max-age=9, stale-if-error=x"], .kept(9)),
            ("too large", ["max-age=60, stale-if-error=9999999999"], .kept(60, sie: 2_147_483_648)),
            ("stale on arrival", ["max-age=60, stale-if-error=60", "90"], .kept(-30, sie: 60)),
            ("both", ["max-age=0, stale-if-error=9, stale-while-revalidate=3"], .kept(0, swr: 3, sie: 9)),
        ],
    ])

    /// RFC 9111, sections 5.2.2.1 to 5.2.2.10 and 5.2.3.
    static let directives: [RFC9111Row] = tables([
        "5.2.2.1/Cache-Control": [
            ("capitals", ["MAX-AGE=60"], .kept(60)), ("quotes", [#"max-age="60""#], .kept(60)),
            ("escaped", [#"max-age="\60""#], .kept(60)), ("zeroes", ["max-age=0060"], .kept(60)),
            ("empty members", [",, max-age=60\t, ,"], .kept(60)),
            ("2^31", ["max-age=2147483648"], .kept(2_147_483_648)),
            ("2^31 + 1", ["max-age=2147483649"], .kept(2_147_483_648)),
            ("2^64", ["max-age=18446744073709551616"], .kept(2_147_483_648)), ("zero", ["max-age=0"], .stale),
            ("no value", ["max-age"], .stale), ("empty", ["max-age="], .stale),
            ("empty quotes", [#"max-age="""#], .stale), ("negative", ["max-age=-60"], .stale),
            ("a sign", ["max-age=+60"], .stale), ("a fraction", ["max-age=60.0"], .stale),
            ("a unit", ["max-age=60s"], .stale), ("hexadecimal", ["max-age=0x60"], .stale),
            ("apostrophes", ["max-age='60'"], .stale), ("half a quote", [#"max-age="60"#], .stale),
            ("a space before", ["max-age =60"], .stale), ("after", ["max-age= 60"], .stale),
            ("within", ["max-age=6 0"], .stale), ("digits", ["max-age=٦٠"], .stale),
            ("names", ["maxage=60, max_age=60"], .stale),
        ],
        "5.2.2.2/Cache-Control/ETag": [
            ("fresh", ["Must-Revalidate, max-age=60"], .kept(60)), ("alone", ["must-revalidate", tag], .kept(0)),
            ("once stale", ["must-revalidate, max-age=9, stale-if-error=9"], .kept(9)),
            ("a value", ["must-revalidate=0, max-age=9, stale-while-revalidate=9"], .kept(9)),
        ],
        // Beside no-store it may lift it; but here no-store is never stored (protocol.md).
        "5.2.2.3/Cache-Control": [
            ("no-store", ["must-understand, no-store, max-age=60"], .refused(.noStore)),
            ("a known status", ["must-understand, max-age=60"], .kept(60)),
        ],
        "5.2.2.4/Cache-Control/ETag": [
            ("fresh", ["No-Cache, max-age=60"], .stale), ("to be confirmed", ["no-cache", tag], .kept(0)),
            ("of s-maxage", ["s-maxage=60, no-cache", tag], .kept(0)), ("a value", ["no-cache=0, max-age=9"], .stale),
            ("of no field", [#"no-cache="", max-age=9"#], .stale), ("a quote", [#"no-cache="x, max-age=9"#], .stale),
        ],
        "5.2.2.5/Cache-Control": [
            ("alone", ["NO-STORE"], .refused(.noStore)), ("a value", ["no-store=0, max-age=9"], .refused(.noStore)),
            ("of fields", [#"no-store="x", max-age=9"#], .refused(.noStore)),
        ],
        "5.2.2.6/Cache-Control": [("no matter", ["no-transform, max-age=60"], .kept(60))],
        "5.2.2.7/Cache-Control": [
            ("over s-maxage", ["Private, s-maxage=60"], .refused(.personal)),
            ("of fields", [#"max-age=60, private="a, b""#], .refused(.personal)),
            ("of fields, and of all", [#"private="a", private, max-age=60"#], .refused(.personal)),
        ],
        "5.2.2.8/Cache-Control": [
            ("fresh", ["Proxy-Revalidate, max-age=60"], .kept(60)), ("alone", ["proxy-revalidate"], .stale),
            ("once stale", ["proxy-revalidate, max-age=9, stale-if-error=9"], .kept(9)),
        ],
        "5.2.2.9/Cache-Control": [("alone", ["Public"], .stale), ("fresh", ["public, max-age=9"], .kept(9))],
        "5.2.2.10/Cache-Control": [
            ("capitals", ["S-MaxAge=60"], .kept(60)), ("quotes", [#"s-maxage="60", max-age=5"#], .kept(60)),
            ("less", ["max-age=60, s-maxage=5"], .kept(5)), ("zero", ["max-age=9, s-maxage=0"], .stale),
            ("no value", ["max-age=60, s-maxage"], .stale), ("2^33", ["s-maxage=8589934592"], .kept(2_147_483_648)),
            // It is proxy-revalidate as well, whatever else is said.
        ],
        "5.2.3/Cache-Control": [
            ("unknown", ["x, max-age=60"], .kept(60)),
            ("its example", [#"private, community="UCI""#], .refused(.personal)),
            ("a text", [#"x="no-store, max-age=600", max-age=60"#], .kept(60)),
            ("after it", [#"max-age=60, x="max-age=600, private""#], .kept(60)),
            ("a text with a quote", [#"x="\", no-store", max-age=60"#], .kept(60)),
            ("a text without an end", [#"max-age=60, x="a, no-store"#], .refused(.noStore)),
            ("a value", ["x=no-store, max-age=60"], .kept(60)),
            ("no name", [#"=no-store, "max-age=600", max-age=60"#], .kept(60)),
            ("a request's", ["max-age=60, max-stale, min-fresh=90, only-if-cached, immutable"], .kept(60)),
        ],
    ])

    /// RFC 9213, and `Surrogate-Control` (Edge Architecture Specification, section 2).
    static let targetedFields: [RFC9111Row] = tables([
        "9213 2.2/CDN-Cache-Control/Cache-Control/Expires": [
            ("more", ["max-age=60", "max-age=5"], .kept(60)), ("less", ["max-age=5", "max-age=60", later], .kept(5)),
            ("no Expires", ["max-age=60", "", "0"], .kept(60)), ("over no-store", ["max-age=9", "no-store"], .kept(9)),
            ("no lifetime", ["public", "max-age=60"], .stale), ("nor Expires", ["public", "", later], .stale),
            ("an unknown directive", ["x", "max-age=60"], .stale), ("no-cache", ["no-cache", "max-age=60"], .stale),
            ("no-store", ["no-store", "max-age=60"], .refused(.noStore)),
            ("private", ["private", "max-age=60"], .refused(.personal)),
        ],
        "9213 2.2/X-Cache-Control/Cache-Control": [("another's", ["max-age=60", "max-age=5"], .kept(5))],
        "9213 2.1/cdn-cache-control/CDN-Cache-Control": [
            ("s-maxage", ["max-age=5, s-maxage=60"], .kept(60)), ("no-cache", ["max-age=60, no-cache"], .stale),
            ("of fields", [#"private="a", max-age=60"#], .refused(.personal)),
            ("once stale", ["must-revalidate, max-age=9, stale-if-error=9"], .kept(9)),
            ("parameters", ["max-age=60;a=1;b"], .kept(60)), ("the last", ["max-age=5, max-age=60"], .kept(60)),
            ("other members", ["a=b, c=(d e), f=:aGk=:, g=?0, max-age=60"], .kept(60)),
            ("too large", ["max-age=99999999999"], .kept(2_147_483_648)), ("decimal", ["max-age=60.5"], .stale),
            ("text", [#"max-age="60""#], .stale), ("negative", ["max-age=-60"], .stale),
            ("two lines", ["max-age=60", "stale-while-revalidate=30"], .kept(60, swr: 30)),
        ],
        // Malformed, and so not there.
        "9213 2.1/CDN-Cache-Control/Cache-Control": [
            ("empty", ["", "max-age=5"], .kept(5)), ("a comma", ["max-age=60,", "max-age=5"], .kept(5)),
            ("capitals", ["Max-Age=60", "max-age=5"], .kept(5)), ("a space", ["max-age =60", "max-age=5"], .kept(5)),
            ("no type", ["max-age=60, &&", "max-age=5"], .kept(5)), ("capitals", ["No-Store", "max-age=5"], .kept(5)),
            ("16 digits", ["max-age=1000000000000000", "max-age=5"], .kept(5)),
        ],
        "Edge 2.2/Surrogate-Control/CDN-Cache-Control/Expires": [
            ("more", ["max-age=60", "max-age=5"], .kept(60)), ("less", ["max-age=5", "max-age=60", later], .kept(5)),
            ("no Expires", ["max-age=60", "", "0"], .kept(60)), ("invalid", ["max-age=x", "max-age=60"], .stale),
            ("no-store", ["no-store", "max-age=60"], .refused(.noStore)), ("empty", ["", "max-age=60"], .kept(60)),
            ("N+M", ["Max-Age=60+30"], .kept(60, swr: 30)),
            ("content", [#"content="ESI/1.0""#, "max-age=5"], .kept(5)),
            ("content and more", [#"max-age=60, content="ESI/1.0""#, "max-age=5"], .kept(60)),
            ("far surrogates", ["no-store-remote, max-age=60"], .kept(60)),
            ("another's", ["max-age=5;other, max-age=60"], .kept(60)),
            ("only another's", ["no-store;other", "max-age=5"], .kept(5)),
        ],
    ])

    static let sections: [[RFC9111Row]] = [storing, lifetimes, ages, directives, targetedFields]

    /// What depends on the status, on whose copy it is, on the rule, or on the way.
    static let circumstances: [[RFC9111Row]] = [
        statuses("3", [200, 203, 204, 205, 299, 300, 301, 302, 303, 307, 308], .kept(60)),
        statuses("3", [400, 401, 403, 404, 405, 410, 414, 422, 451], .kept(60)),
        statuses("3", [0, 100, 103, 199, 206, 304, 500, 501, 502, 503, 504, 599, 600, 999], .refused(.status)),
        // Not cacheable by its status, and nothing says that it is.
        table("3/ETag", status: 302, [("302", [tag], .stale)]),
        table("3/Last-Modified", status: 307, [("307", [noon], .stale)]),
        table("3/Cache-Control", status: 404, [("404", [], .kept(5)), ("no-store", ["no-store"], .refused(.noStore))]),
        table("3/Cache-Control", isPersonal: true, [("private, for one", ["private, max-age=60"], .kept(60))]),
        table("7.3/Cache-Control/Set-Cookie", isPersonal: true, [("for one", ["max-age=60", "a=b"], .kept(60))]),
        table(
            "4.2.3/Cache-Control/Age/Expires/CDN-Cache-Control",
            delay: 2,
            [
                ("the way", ["max-age=60"], .kept(58)), ("Age too", ["max-age=60", "20"], .kept(38)),
                ("of s-maxage", ["s-maxage=60", "20"], .kept(38)), ("of Expires", ["", "20", later], .kept(98)),
                ("for CDNs", ["", "1", "", "max-age=9"], .kept(6)),
                ("then stale", ["max-age=9, stale-if-error=9"], .kept(7, sie: 9)),
            ]
        ),
        table("4.2.3/Cache-Control", delay: 60, [("a way too long", ["max-age=60"], .stale)]),
        table("4.2.3/Cache-Control", delay: -5, [("a clock that was set back", ["max-age=60"], .kept(60))]),
        table(
            "4.2.4/Cache-Control/ETag",
            rule: filled,
            [
                ("a rule allows it", ["max-age=60"], .kept(60, swr: 7, sie: 8)),
                ("no-cache", ["no-cache", tag], .kept(0)),
                ("must-revalidate", ["must-revalidate, max-age=60"], .kept(60)),
                ("proxy-revalidate", ["proxy-revalidate, max-age=60"], .kept(60)),
                ("the service knows better", ["max-age=60, stale-if-error=0"], .kept(60, swr: 7)),
            ]
        ),
        table("5.2.2.3/Cache-Control", status: 299, [("unknown", ["must-understand, max-age=60"], .refused(.status))]),
        table("5.2.2.5/Cache-Control", isPersonal: true, [("for one", ["private, no-store"], .refused(.noStore))]),
        table("5.2.2.5/Cache-Control", rule: .init(ttl: .seconds(9)), [("a rule", ["no-store"], .refused(.noStore))]),
        table("5.2.2.7/Cache-Control", rule: .init(ttl: .seconds(9)), [("a rule", ["private"], .refused(.personal))]),
        table("5.2.2.7/Cache-Control", isPersonal: true, [("for one", [#"private="a", max-age=9"#], .kept(9))]),
    ]
}

/// An answer that was stored 100 s ago, the `304` that has just arrived, and what becomes of the copy.
struct RFC9111Update: CustomTestStringConvertible, Sendable {
    var name: String
    var stored: [(name: String, value: String)]
    var fields: [(name: String, value: String)]
    /// The copy's new times; nil when the `304` must not change it.
    var expected: FreshnessOutcome?
    var rule: FreshnessRule
    /// How many seconds each of the two fetches took.
    var delay: Int

    init(
        _ name: String,
        _ stored: KeyValuePairs<String, String>,
        _ fields: KeyValuePairs<String, String>,
        _ expected: FreshnessOutcome?,
        rule: FreshnessRule = FreshnessRule(),
        delay: Int = 0
    ) {
        self.name = name
        self.stored = stored.map { (name: $0.key, value: $0.value) }
        self.fields = fields.map { (name: $0.key, value: $0.value) }
        self.expected = expected
        self.rule = rule
        self.delay = delay
    }

    var testDescription: String {
        let stored = self.stored.map { "\($0.name): \($0.value)" }
        let fields = self.fields.map { "\($0.name): \($0.value)" }
        return "4.3.4, \(self.name): \(stored), 304 \(fields) → \(self.expected.map { "\($0)" } ?? "no update")"
    }

    func storedValue(_ name: String) -> String? { self.stored.first { $0.name == name }?.value }

    private static let minute: KeyValuePairs = ["Cache-Control": "max-age=60", "ETag": tag]
    private static let weakMinute: KeyValuePairs = ["Cache-Control": "max-age=60", "ETag": weakTag]
    private static let datedMinute: KeyValuePairs = ["Cache-Control": "max-age=60", "Last-Modified": noon]
    private static let both: KeyValuePairs = ["Cache-Control": "max-age=60", "ETag": tag, "Last-Modified": noon]
    private static let bareMinute: KeyValuePairs = ["Cache-Control": "max-age=60"]
    private static let told: KeyValuePairs = ["CDN-Cache-Control": "max-age=5", "Cache-Control": "max-age=9"]

    /// RFC 9111, section 4.3.4: which copy a `304` is about, and whether it may be kept.
    static let identity: [RFC9111Update] = [
        .init("the same strong tag", minute, ["ETag": tag], .kept(60)),
        .init("another strong tag", minute, ["ETag": #""b""#], nil),
        .init("a tag in capitals", minute, ["ETag": #""A""#], nil),
        .init("a weak tag for a strong one", minute, ["ETag": weakTag], .kept(60)),
        .init("another weak tag", minute, ["ETag": #"W/"b""#], nil),
        .init("the same weak tag", weakMinute, ["ETag": weakTag], .kept(60)),
        .init("the same time", datedMinute, ["Last-Modified": noon], .kept(60)),
        .init("another time", datedMinute, ["Last-Modified": later], nil),
        .init("the tag decides against it", both, ["ETag": #""b""#, "Last-Modified": noon], nil),
        .init("the tag decides for it", both, ["ETag": tag, "Last-Modified": later], .kept(60)),
        .init("only a time, the same", both, ["Last-Modified": noon], .kept(60)),
        .init("only a time, another", both, ["Last-Modified": later], nil),
        .init("nothing for a copy without validators", bareMinute, [:], .kept(60)),
        .init("no-store", minute, ["ETag": tag, "Cache-Control": "no-store"], nil),
        .init("private", minute, ["ETag": tag, "Cache-Control": "private, max-age=60"], nil),
        .init("a cookie", minute, ["ETag": tag, "Set-Cookie": "a=b"], nil),
        .init("varies by anything", minute, ["ETag": tag, "Vary": "*"], nil),
        .init("varies by more", minute, ["ETag": tag, "Vary": "X-Other"], nil),
    ]

    /// RFC 9111, sections 3.2 and 4.3.4: fields of the `304` replace those of the same name, and all others stay.
    static let times: [RFC9111Update] = [
        .init("less", minute, ["ETag": tag, "Cache-Control": "max-age=5"], .kept(5)),
        .init("more", minute, ["ETag": tag, "Cache-Control": "s-maxage=600"], .kept(600)),
        .init("no lifetime any more", minute, ["ETag": tag, "Cache-Control": "public"], .kept(0)),
        .init("no-cache from now on", minute, ["ETag": tag, "Cache-Control": "no-cache, max-age=60"], .kept(0)),
        .init("no-cache as before", ["Cache-Control": "no-cache, max-age=60", "ETag": tag], ["ETag": tag], .kept(0)),
        .init("Age", minute, ["ETag": tag, "Age": "20"], .kept(40)),
        .init("the way", minute, ["ETag": tag, "Cache-Control": "max-age=60"], .kept(58), delay: 2),
        .init("the way, not that of before", minute, ["ETag": tag], .kept(58), delay: 2),
        .init("a rule fills in", [:], [:], .kept(9), rule: .init(ttl: .seconds(9), honourOrigin: true), delay: 2),
        .init("stale times", ["Cache-Control": "max-age=9, stale-if-error=5"], ["Date": noon], .kept(9, sie: 5)),
        .init("they go", ["Cache-Control": "max-age=9, stale-if-error=5"], ["Cache-Control": "max-age=9"], .kept(9)),
        .init("no leave", ["Cache-Control": "max-age=9, must-revalidate"], [:], .kept(9), rule: RFC9111Row.filled),
        .init("a new Expires", ["Expires": minuteAgo, "ETag": tag], ["ETag": tag, "Expires": later], .kept(120)),
        .init("what CDNs are told", ["CDN-Cache-Control": "max-age=60"], ["CDN-Cache-Control": "max-age=5"], .kept(5)),
    ]
}

/// A text where a date is expected.
struct HTTPDateRow: CustomTestStringConvertible, Sendable {
    var text: String
    /// The seconds from the moment of arrival to that date; nil when it is none.
    var seconds: Int?

    init(_ text: String, _ seconds: Int? = nil) {
        self.text = text
        self.seconds = seconds
    }

    var testDescription: String { "\"\(self.text)\"" }

    /// RFC 9110, section 5.6.7: all three forms, without regard to case (RFC 9111, section 4.2).
    static let dates: [HTTPDateRow] = [
        .init("Sun, 15 Nov 2026 12:02:00 GMT", 120), .init(" Sun, 15 Nov 2026 12:02:00 GMT\t", 120),
        .init("Sun, 15 Nov 2026 12:00:00 GMT", 0), .init("Sun, 15 Nov 2026 11:00:00 GMT", -3600),
        .init("Sun, 15 Nov 2026 23:59:59 GMT", 43199), .init("Mon, 16 Nov 2026 00:00:00 GMT", 43200),
        .init("Sun, 15 Nov 2026 12:02:60 GMT", 180), .init("Tue, 29 Feb 2028 00:00:00 GMT", 40_651_200),
        .init("Thu, 31 Dec 2026 23:59:59 GMT", 4_017_599), .init("Thu, 01 Jan 1970 00:00:00 GMT", -1_794_744_000),
        .init("Wed, 31 Dec 1969 23:59:59 GMT", -1_794_744_001), .init("Fri, 31 Dec 9999 23:59:59 GMT", 251_607_556_799),
        .init("Fri, 01 Jan 2027 00:00:00 GMT", 4_017_600), .init("Mon, 01 Feb 2027 00:00:00 GMT", 6_696_000),
        .init("Mon, 01 Mar 2027 00:00:00 GMT", 9_115_200), .init("Tue, 01 Jun 2027 00:00:00 GMT", 17_064_000),
        .init("Wed, 01 Sep 2027 00:00:00 GMT", 25_012_800), .init("Wed, 01 Dec 2027 00:00:00 GMT", 32_875_200),
        .init("Sunday, 15-Nov-26 12:02:00 GMT", 120), .init("Monday, 16-Nov-26 12:00:00 GMT", 86400),
        .init("Tuesday, 17-Nov-26 12:00:00 GMT", 172_800), .init("Wednesday, 18-Nov-26 12:00:00 GMT", 259_200),
        .init("Thursday, 19-Nov-26 12:00:00 GMT", 345_600), .init("Friday, 20-Nov-26 12:00:00 GMT", 432_000),
        .init("Saturday, 21-Nov-26 12:00:00 GMT", 518_400), .init("Tuesday, 29-Feb-28 00:00:00 GMT", 40_651_200),
        .init("Sunday, 06-Nov-94 08:49:37 GMT", -1_010_632_223), .init("Friday, 31-Dec-99 23:59:59 GMT", -848_059_201),
        // 50 years ahead, and a second more, which is in the past.
        .init("Sunday, 15-Nov-76 12:00:00 GMT", 1_577_923_200),
        .init("Saturday, 01-Jan-77 00:00:00 GMT", -1_573_819_200), .init("Sun Nov 15 12:02:00 2026", 120),
        .init("Tue Dec  1 12:02:00 2026", 1_382_520), .init("Tue Dec 01 12:02:00 2026", 1_382_520),
        .init("Sun Nov  6 08:49:37 1994", -1_010_632_223),
    ]

    /// Nothing of this is a date.
    static let others: [HTTPDateRow] = [
        "", "0", "-1", "now", "never", "1794744120", "2026-11-15T12:02:00Z", "2026-11-15 12:02:00",
        "Sun, 15 Nov 2026", "12:02:00 GMT", "15 Nov 2026 12:02:00 GMT", "Sun 15 Nov 2026 12:02:00 GMT",
        "Sun,15 Nov 2026 12:02:00 GMT", "Sun, 15 Nov 2026 12:02:00", "Sun, 15 Nov 2026 12:02:00 UTC",
        "Sun, 15 Nov 2026 12:02:00 +0000", "Sun, 15 Nov 2026 12:02:00 GMT+1", "Sun, 15 Nov 2026 12:02:00 GMT x",
        "Sun, 15 Nov 2026 12:02:00 GMT, Sun, 15 Nov 2026 12:03:00 GMT", "Sun, 15 Nov 2026 12:02:00 GMT;",
        #""Sun, 15 Nov 2026 12:02:00 GMT""#, "Sun, 15 Nov 26 12:02:00 GMT", "Sun, 15 Nov 02026 12:02:00 GMT",
        "Sun, 15 Nov -026 12:02:00 GMT", "Sun, 5 Nov 2027 12:02:00 GMT", "Sun, 015 Nov 2026 12:02:00 GMT",
        "Sun, 00 Dec 2026 12:02:00 GMT", "Sun, 31 Nov 2026 12:02:00 GMT", "Sun, 32 Dec 2026 12:02:00 GMT",
        "Mon, 29 Feb 2027 12:02:00 GMT", "Mon, 29 Feb 2100 12:02:00 GMT", "Sun, 15 November 2026 12:02:00 GMT",
        "Sunday, 15 Nov 2026 12:02:00 GMT", "Sun, 15 Nov 2026 24:00:00 GMT", "Sun, 15 Nov 2026 12:60:00 GMT",
        "Sun, 15 Nov 2026 12:02:61 GMT", "Sun, 15 Nov 2026 12:02 GMT", "Sun, 15 Nov 2026 12:2:00 GMT",
        "Sun, 15 Nov 2026 12:02:00.5 GMT", "Sun, 15 Nov 2026 12.02.00 GMT", "Sun, 15 Nov 2026 +2:02:00 GMT",
        "Sun, 15 Nov 2026 12:02:00 PM GMT", "Sun,\t15 Nov 2026 12:02:00 GMT", "Sun, ١٥ Nov 2026 12:02:00 GMT",
        "Sun, 15-Nov-26 12:02:00 GMT", "Sun, 15-Nov-2026 12:02:00 GMT", "Sunday, 15-Nov-2026 12:02:00 GMT",
        "Sunday, 15-11-26 12:02:00 GMT", "Sunday, 31-Nov-26 12:02:00 GMT", "Sunday, 15-Nov-26 12:02:00",
        "Sunday 15-Nov-26 12:02:00 GMT", "Sunday, 15 Nov 26 12:02:00 GMT", "day, 15-Nov-26 12:02:00 GMT",
        "Sunday Nov 15 12:02:00 2026", "Sun Nov 31 12:02:00 2026", "Sun Nov 15 12:02:00 26",
        "Sun Nov 15 12:02:00 GMT 2026", "Sun Nov 15 12:02 2026", "Sun Nov  0 12:02:00 2026", "Nov 15 12:02:00 2026",
    ].map { HTTPDateRow($0) }
}
