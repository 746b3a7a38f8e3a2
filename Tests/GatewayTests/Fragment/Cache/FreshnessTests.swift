import Gateway
import Testing

/// One row: what a service and a rule say, and what follows.
struct FreshnessCase: CustomTestStringConvertible, Sendable {
    var section: String
    var status = 200
    var headers: [(name: String, value: String)]
    var rule = FreshnessRule()
    var isPersonal = false
    var keyed: Set<String> = FreshnessContext.constantHeaders
    /// How long the fetch took.
    var delay = 0
    var expected: Expected

    enum Expected: Equatable, Sendable {
        /// Seconds of freshness, then of `stale-while-revalidate` and `stale-if-error` after it.
        case times(Int, swr: Int = 0, sie: Int = 0)
        case no(NotStorableReason)
    }

    var testDescription: String {
        "\(self.section): \(self.status) \(self.headers.map { "\($0.name): \($0.value)" }) → \(self.expected)"
    }

    init(
        _ section: String,
        _ headers: KeyValuePairs<String, String>,
        status: Int = 200,
        rule: FreshnessRule = FreshnessRule(),
        isPersonal: Bool = false,
        keyed: Set<String> = FreshnessContext.constantHeaders,
        delay: Int = 0,
        _ expected: Expected
    ) {
        self.section = section
        self.status = status
        self.headers = headers.map { (name: $0.key, value: $0.value) }
        self.rule = rule
        self.isPersonal = isPersonal
        self.keyed = keyed
        self.delay = delay
        self.expected = expected
    }
}

@Suite struct FreshnessTests {
    /// Sun, 15 Nov 2026 12:00:00 GMT.
    static let now = Instant(milliseconds: 1_794_744_000_000)

    @Test(arguments: FreshnessCase.specification + FreshnessCase.targeted + FreshnessCase.rules)
    func judges(row: FreshnessCase) {
        let context = FreshnessContext(
            requestedAt: Self.now + .seconds(-row.delay),
            receivedAt: Self.now,
            isPersonal: row.isPersonal,
            keyedHeaders: row.keyed
        )
        switch Freshness.judge(status: row.status, headers: row.headers, rule: row.rule, context: context) {
        case .notStorable(let reason):
            #expect(row.expected == .no(reason))
        case .storable(let times):
            #expect(times.storedAt == Self.now)
            let fresh = (times.freshUntil - Self.now).milliseconds / 1000
            let revalidate = (times.revalidateUntil - times.freshUntil).milliseconds / 1000
            let error = (times.errorUntil - times.freshUntil).milliseconds / 1000
            #expect(row.expected == .times(Int(fresh), swr: Int(revalidate), sie: Int(error)))
        }
    }
}

extension FreshnessCase {
    /// RFC 9111, RFC 5861 and RFC 9110, with a rule that says nothing.
    static let specification: [FreshnessCase] = [
        // Lifetime, RFC 9111, section 4.2.1.
        .init("9111 4.2.1", ["Cache-Control": "max-age=60"], .times(60)),
        .init("9111 4.2.1", ["Cache-Control": "max-age=60, s-maxage=10"], .times(10)),
        .init("9111 4.2.1", ["Cache-Control": "s-maxage=0, max-age=60"], .no(.noLifetime)),
        .init("9111 4.2.1", ["cache-control": "MAX-AGE=60"], .times(60)),
        .init("9111 4.2.1", ["Cache-Control": "max-age=60", "Cache-Control": "max-age=5"], .times(60)),
        .init("9111 4.2.1", ["Cache-Control": "public", "CACHE-CONTROL": "max-age=5"], .times(5)),
        .init("9111 1.2.2", ["Cache-Control": "max-age=99999999999999999999"], .times(2_147_483_648)),
        .init("9111 4.2.1", ["Cache-Control": "max-age=-5"], .no(.noLifetime)),
        .init("9111 4.2.1", ["Cache-Control": "max-age=ten"], .no(.noLifetime)),
        .init("9111 4.2.1", [:], .no(.noLifetime)),
        .init("9111 4.2.1", ["Cache-Control": "public"], .no(.noLifetime)),
        // No heuristic, section 4.2.2.
        .init("9111 4.2.2", ["Last-Modified": "Sun, 01 Nov 2026 12:00:00 GMT"], .times(0)),
        .init("9111 4.3", ["ETag": "\"a\""], .times(0)),
        // Expires, section 5.3.
        .init(
            "9111 5.3",
            ["Date": "Sun, 15 Nov 2026 12:00:00 GMT", "Expires": "Sun, 15 Nov 2026 12:01:00 GMT"],
            .times(60)
        ),
        .init(
            "9111 5.3, a clock that is wrong",
            ["Date": "Sat, 14 Nov 2026 12:00:00 GMT", "Expires": "Sat, 14 Nov 2026 12:01:00 GMT"],
            .times(60)
        ),
        .init("9111 5.3, without Date", ["Expires": "Sun, 15 Nov 2026 12:02:00 GMT"], .times(120)),
        .init("9110 5.6.7, rfc850-date", ["Expires": "Sunday, 15-Nov-26 12:02:00 GMT"], .times(120)),
        .init("9110 5.6.7, asctime-date", ["Expires": "Sun Nov 15 12:02:00 2026"], .times(120)),
        .init("9111 5.3, bad Date", ["Date": "today", "Expires": "Sun, 15 Nov 2026 12:02:00 GMT"], .times(120)),
        .init("9111 5.3, zero", ["Expires": "0"], .no(.noLifetime)),
        .init("9111 5.3, in the past", ["Expires": "Sun, 15 Nov 2026 11:00:00 GMT"], .no(.noLifetime)),
        .init(
            "9111 5.3, max-age wins",
            ["Cache-Control": "max-age=5", "Expires": "Sun, 15 Nov 2026 12:02:00 GMT"],
            .times(5)
        ),
        .init(
            "9111 5.3, s-maxage wins",
            ["Cache-Control": "s-maxage=5", "Expires": "0"],
            .times(5)
        ),
        // Age, sections 4.2.3 and 5.1.
        .init("9111 4.2.3", ["Cache-Control": "max-age=60", "Age": "20"], .times(40)),
        .init("9111 4.2.3", ["Cache-Control": "max-age=60"], delay: 2, .times(58)),
        .init("9111 4.2.3", ["Cache-Control": "max-age=60", "Age": "20"], delay: 2, .times(38)),
        .init("9111 4.2.3", ["Cache-Control": "max-age=60", "Age": "90"], .no(.noLifetime)),
        .init(
            "9111 4.2.3, stale by 30 s of 60",
            ["Cache-Control": "max-age=60, stale-while-revalidate=60", "Age": "90"],
            .times(-30, swr: 60)
        ),
        .init("9111 5.1, no number", ["Cache-Control": "max-age=60", "Age": "-20"], .times(60)),
        .init("9111 5.1, huge", ["Cache-Control": "max-age=60", "Age": "99999999999999999999"], .no(.noLifetime)),
        // What must not be stored, section 3.
        .init("9111 5.2.2.5", ["Cache-Control": "no-store, max-age=60"], .no(.noStore)),
        .init("9111 5.2.2.5", ["Cache-Control": "no-store"], isPersonal: true, .no(.noStore)),
        .init("9111 5.2.2.3", ["Cache-Control": "no-store, must-understand, max-age=60"], .no(.noStore)),
        .init("9111 5.2.2.7", ["Cache-Control": "private, max-age=60"], .no(.personal)),
        .init("9111 5.2.2.7", ["Cache-Control": "private, max-age=60"], isPersonal: true, .times(60)),
        .init("9111 5.2.2.7", ["Cache-Control": "private=\"x-name\", max-age=60"], .no(.personal)),
        .init("9111 5.2.2.7", ["Cache-Control": "public, private, max-age=60"], .no(.personal)),
        .init("9111 7.3", ["Cache-Control": "max-age=60", "Set-Cookie": "a=b"], .no(.setsCookie)),
        .init("9111 7.3", ["Cache-Control": "public, max-age=60", "set-cookie": ""], .no(.setsCookie)),
        .init("9111 7.3", ["Cache-Control": "max-age=60", "Set-Cookie": "a=b"], isPersonal: true, .times(60)),
        // no-cache, section 5.2.2.4.
        .init("9111 5.2.2.4", ["Cache-Control": "no-cache, max-age=60"], .no(.noLifetime)),
        .init("9111 5.2.2.4", ["Cache-Control": "no-cache, max-age=60", "ETag": "\"a\""], .times(0)),
        .init(
            "9111 5.2.2.4",
            ["Cache-Control": "no-cache, stale-while-revalidate=9, stale-if-error=9", "ETag": "\"a\""],
            .times(0)
        ),
        .init("9111 5.2.2.4", ["Cache-Control": "no-cache=\"x-name\", max-age=60"], .no(.noLifetime)),
        .init("9111 5.4, Pragma is for requests", ["Cache-Control": "max-age=60", "Pragma": "no-cache"], .times(60)),
        // Vary, RFC 9110, section 12.5.5.
        .init("9110 12.5.5", ["Cache-Control": "max-age=60", "Vary": "*"], .no(.variesByAnything)),
        .init("9110 12.5.5", ["Cache-Control": "max-age=60", "Vary": "Accept, *"], .no(.variesByAnything)),
        .init(
            "9110 12.5.5",
            ["Cache-Control": "max-age=60", "Vary": "Accept-Language"],
            .no(.variesByMore(["accept-language"]))
        ),
        .init(
            "9110 12.5.5",
            ["Cache-Control": "max-age=60", "Vary": "Accept-Language"],
            keyed: FreshnessContext.constantHeaders.union(["accept-language"]),
            .times(60)
        ),
        .init(
            "9110 12.5.5",
            ["Cache-Control": "max-age=60", "Vary": "X-B, Accept-Encoding", "Vary": " X-A ,,Cookie"],
            .no(.variesByMore(["x-a", "x-b"]))
        ),
        .init("9110 12.5.5", ["Cache-Control": "max-age=60", "Vary": "Gateway-Identity"], .times(60)),
        .init("9110 12.5.5", ["Cache-Control": "max-age=60", "Vary": ""], .times(60)),
        // Stale answers, RFC 5861.
        .init("5861 3", ["Cache-Control": "max-age=60, stale-while-revalidate=30"], .times(60, swr: 30)),
        .init("5861 4", ["Cache-Control": "max-age=60, stale-if-error=90"], .times(60, sie: 90)),
        .init(
            "5861 3 and 4",
            ["Cache-Control": "max-age=0, stale-while-revalidate=30, stale-if-error=90"],
            .times(0, swr: 30, sie: 90)
        ),
        .init("5861 3", ["Cache-Control": "stale-while-revalidate=30"], .times(0, swr: 30)),
        .init(
            "9111 5.2.2.2",
            ["Cache-Control": "max-age=60, must-revalidate, stale-while-revalidate=30, stale-if-error=90"],
            .times(60)
        ),
        .init("9111 5.2.2.8", ["Cache-Control": "max-age=60, proxy-revalidate, stale-if-error=90"], .times(60)),
        .init("9111 5.2.2.10", ["Cache-Control": "s-maxage=60, stale-while-revalidate=30"], .times(60, swr: 30)),
        // Statuses.
        .init("9110 15.3.5", ["Cache-Control": "max-age=60"], status: 204, .times(60)),
        .init("9111 3.3", ["Cache-Control": "max-age=60"], status: 206, .no(.status)),
        .init("9110 15.4.2", ["Cache-Control": "max-age=60"], status: 301, .times(60)),
        .init("9110 15.4.3", [:], status: 302, .no(.noLifetime)),
        .init("9110 15.4.5", ["Cache-Control": "max-age=60"], status: 304, .no(.status)),
        .init("9110 15.6", ["Cache-Control": "max-age=60"], status: 500, .no(.status)),
        .init("9110 15.6.4", ["Cache-Control": "max-age=60"], status: 503, .no(.status)),
        .init("9110 15.2", ["Cache-Control": "max-age=60"], status: 103, .no(.status)),
    ]

    /// RFC 9213 and the Edge Architecture Specification.
    static let targeted: [FreshnessCase] = [
        .init("9213 2.2", ["CDN-Cache-Control": "max-age=60", "Cache-Control": "max-age=5"], .times(60)),
        .init("9213 2.2", ["CDN-Cache-Control": "max-age=60", "Cache-Control": "private, no-store"], .times(60)),
        .init("9213 2.2", ["CDN-Cache-Control": "no-store", "Cache-Control": "max-age=5"], .no(.noStore)),
        .init("9213 2.2", ["CDN-Cache-Control": "private", "Cache-Control": "max-age=5"], .no(.personal)),
        .init(
            "9213 2.2, Expires does not count",
            ["CDN-Cache-Control": "public", "Expires": "Sun, 15 Nov 2026 13:00:00 GMT"],
            .no(.noLifetime)
        ),
        .init("9213 2.2, Age does", ["CDN-Cache-Control": "max-age=60", "Age": "20"], .times(40)),
        .init("9213 2.1, empty", ["CDN-Cache-Control": "", "Cache-Control": "max-age=5"], .times(5)),
        .init(
            "Edge 2.2",
            ["Surrogate-Control": "max-age=90", "CDN-Cache-Control": "max-age=60", "Cache-Control": "max-age=5"],
            .times(90)
        ),
        .init("Edge 2.2, max-age=N+M", ["Surrogate-Control": "max-age=90+30"], .times(90, swr: 30)),
        .init("Edge 2.2", ["Surrogate-Control": "no-store", "Cache-Control": "max-age=5"], .no(.noStore)),
        .init(
            "Edge 2.2, content is not about caching",
            ["Surrogate-Control": "content=\"ESI/1.0\"", "Cache-Control": "max-age=5"],
            .times(5)
        ),
        .init(
            "Edge 2.2, both",
            ["Surrogate-Control": "max-age=90, content=\"ESI/1.0\"", "Cache-Control": "max-age=5"],
            .times(90)
        ),
    ]

    /// What gateway.yaml adds.
    static let rules: [FreshnessCase] = [
        .init("rule", [:], rule: .init(ttl: .seconds(30)), .times(30)),
        .init("rule", ["Cache-Control": "max-age=5"], rule: .init(ttl: .seconds(30)), .times(30)),
        .init("rule", ["Cache-Control": "no-cache"], rule: .init(ttl: .seconds(30)), .times(30)),
        .init("rule", ["Cache-Control": "max-age=60"], rule: .init(ttl: .zero), .no(.noLifetime)),
        .init("rule, age is the origin's matter", ["Age": "20"], rule: .init(ttl: .seconds(30)), delay: 3, .times(30)),
        .init("rule", ["Cache-Control": "no-store"], rule: .init(ttl: .seconds(30)), .no(.noStore)),
        .init("rule", ["Cache-Control": "private"], rule: .init(ttl: .seconds(30)), .no(.personal)),
        .init("rule", ["Set-Cookie": "a=b"], rule: .init(ttl: .seconds(30)), .no(.setsCookie)),
        .init("rule", ["Vary": "*"], rule: .init(ttl: .seconds(30)), .no(.variesByAnything)),
        .init("rule", ["Cache-Control": "private"], rule: .init(ttl: .seconds(30)), isPersonal: true, .times(30)),
        .init("rule", [:], rule: .init(ttl: .seconds(30)), status: 500, .no(.status)),
        .init(
            "rule",
            ["Cache-Control": "max-age=5"],
            rule: .init(staleWhileRevalidate: .seconds(7), staleIfError: .seconds(8)),
            .times(5, swr: 7, sie: 8)
        ),
        .init(
            "rule",
            ["Cache-Control": "max-age=5, stale-while-revalidate=70, stale-if-error=80"],
            rule: .init(staleWhileRevalidate: .seconds(7)),
            .times(5, swr: 7, sie: 80)
        ),
        .init(
            "rule over must-revalidate",
            ["Cache-Control": "max-age=5, must-revalidate"],
            rule: .init(staleIfError: .seconds(8)),
            .times(5, sie: 8)
        ),
        // The service's numbers win where it has any.
        .init("honour", ["Cache-Control": "max-age=5"], rule: .init(ttl: .seconds(30), honourOrigin: true), .times(5)),
        .init("honour", [:], rule: .init(ttl: .seconds(30), honourOrigin: true), .times(30)),
        .init("honour", ["Cache-Control": "public"], rule: .init(ttl: .seconds(30), honourOrigin: true), .times(30)),
        .init(
            "honour",
            ["Cache-Control": "max-age=0"],
            rule: .init(ttl: .seconds(30), honourOrigin: true),
            .no(.noLifetime)
        ),
        .init(
            "honour",
            ["Cache-Control": "no-cache", "ETag": "\"a\""],
            rule: .init(ttl: .seconds(30), staleIfError: .seconds(9), honourOrigin: true),
            .times(0)
        ),
        .init(
            "honour",
            ["Cache-Control": "max-age=5, must-revalidate"],
            rule: .init(staleIfError: .seconds(8), honourOrigin: true),
            .times(5)
        ),
        .init(
            "honour",
            ["Cache-Control": "max-age=5, stale-if-error=80", "Age": "1"],
            rule: .init(
                ttl: .seconds(30),
                staleWhileRevalidate: .seconds(7),
                staleIfError: .seconds(8),
                honourOrigin: true
            ),
            .times(4, swr: 7, sie: 80)
        ),
        .init(
            "honour",
            ["Cache-Control": "private, max-age=5"],
            rule: .init(ttl: .seconds(30), honourOrigin: true),
            .no(.personal)
        ),
        // Remembered for a short time, and not served stale.
        .init("negative", [:], status: 404, .times(5)),
        .init("negative", ["Cache-Control": "max-age=60"], status: 410, .times(5)),
        .init(
            "negative",
            [:],
            rule: .init(ttl: .seconds(30), staleIfError: .seconds(60), negativeTTL: .seconds(2)),
            status: 404,
            .times(2)
        ),
        .init("negative", ["Cache-Control": "no-store"], status: 404, .no(.noStore)),
        .init("negative", [:], rule: .init(negativeTTL: .zero), status: 404, .no(.noLifetime)),
        .init(
            "negative",
            ["Cache-Control": "max-age=60, stale-if-error=60"],
            rule: .init(honourOrigin: true),
            status: 404,
            .times(60)
        ),
        .init("negative", [:], rule: .init(honourOrigin: true), status: 422, .times(5)),
    ]

    private init(
        _ section: String,
        _ headers: KeyValuePairs<String, String>,
        rule: FreshnessRule,
        status: Int,
        _ expected: Expected
    ) {
        self.init(section, headers, status: status, rule: rule, expected)
    }
}
