import NIOCore
import Testing

@testable import Gateway

/// What is stored, by the sections of RFC 9111.
@Suite struct AnswerStoragePolicyTests {
    @Test("what may be stored", arguments: StorageRow.rows)
    func stores(row: StorageRow) {
        let outcome: StorageRow.Outcome
        switch AnswerSample.verdict(row.fields, status: row.status, request: row.request) {
        case .store: outcome = .stored
        case .doNotStore: outcome = .not
        case .requestForbids: outcome = .forbidden
        }
        #expect(outcome == row.expected, "\(row.testDescription)")
    }

    @Test("fields of one hop, and those that this cache says itself, are not stored (section 3.1)")
    func fields() throws {
        let stored = try #require(
            AnswerSample.stored(
                [
                    ("Cache-Control", "max-age=60"), ("Date", AnswerSample.noonText), ("Connection", "X-Hop, close"),
                    ("X-Hop", "1"), ("Keep-Alive", "timeout=5"), ("Proxy-Authenticate", "Basic"), ("Upgrade", "h2c"),
                    ("Trailer", "x"), ("Proxy-Connection", "x"), ("Age", "5"), ("Warning", "110 - \"x\""),
                    ("Alt-Svc", "clear"), ("Cache-Tag", "a, b"), ("Surrogate-Control", "max-age=90"), ("X-Kept", "1"),
                    ("x-kept", "2"), ("Cache-Status", "inner; hit"),
                ]
            )
        )
        #expect(
            String(buffer: stored.head.lines) == """
                Cache-Control: max-age=60\r\nDate: \(AnswerSample.noonText)\r\nX-Kept: 1\r\nx-kept: 2\r\n\
                Cache-Status: inner; hit\r\nContent-Length: 7\r\n
                """
        )
        #expect(String(buffer: stored.head.ownLines) == "Cache-Tag: a, b\r\nSurrogate-Control: max-age=90\r\n")
        #expect(stored.fragment.tags == ["a", "b"])
        #expect(AnswerBlock(stored.fragment.body)?.hasSoundLines == true)
    }

    @Test("an answer without a date gets the moment of its arrival (RFC 9110, section 6.6.1)")
    func date() throws {
        let stored = try #require(AnswerSample.stored([("Cache-Control", "max-age=60")]))
        #expect(stored.head.firstValue(of: "date") == AnswerSample.noonText)
    }

    @Test("a 204 has no length")
    func noContent() throws {
        let stored = try #require(AnswerSample.stored([("Cache-Control", "max-age=60")], status: 204, content: ""))
        #expect(stored.head.firstValue(of: "content-length") == nil)
    }

    @Test(
        "Age (section 4.2.3)",
        arguments: [
            ([], 0, 0, 0), ([], 0, 7, 7), ([("Age", "5")], 0, 7, 12), ([("Age", "5")], 2, 7, 14),
            ([("Date", AnswerSample.date(-20)), ("Age", "5")], 0, 7, 27), ([("Date", AnswerSample.date(20))], 0, 7, 7),
            ([("Age", "1000000000")], 0, 7, 1_000_000_007),
        ] as [([(String, String)], Int, Int, Int)]
    )
    func age(fields: [(String, String)], delay: Int, elapsed: Int, expected: Int) throws {
        let all = fields + [("Cache-Control", "max-age=60"), ("ETag", "\"a\"")]
        guard case .store(let plan) = AnswerSample.verdict(all, delay: delay) else {
            Issue.record("not stored")
            return
        }
        #expect(StoredAnswer(plan, content: ByteBuffer()).age(at: AnswerSample.at(elapsed)) == expected)
    }

    @Test("an answer bears its tags and its groups, also once it is confirmed (RFC 9875, section 2)")
    func groups() throws {
        let fields = [("Cache-Control", "max-age=60"), ("ETag", "\"a\""), ("Cache-Groups", "\"b\", \"c d\"")]
        #expect(AnswerSample.stored(fields)?.fragment.tags == ["b", "c%20d"])
        let stored = try #require(AnswerSample.stored(fields + [("Cache-Tag", "a, b")]))
        #expect(stored.fragment.tags == ["a", "b", "c%20d"])
        #expect(stored.head.firstValue(of: "cache-groups") == "\"b\", \"c d\"")
        func confirmed(_ fields: [(String, String)]) -> [String]? {
            let moment = AnswerSample.at(1)
            return AnswerStoragePolicy.update(
                stored,
                for: AnswerSample.request(),
                headers: fields.map { (name: $0.0, value: $0.1) },
                at: AnswerStoragePolicy.Moments(requestedAt: moment, purgePosition: .start, receivedAt: moment)
            )?.answer.fragment.tags
        }
        #expect(confirmed([]) == ["a", "b", "c%20d"])
        #expect(confirmed([("Cache-Groups", "\"e\"")]) == ["a", "b", "e"])
    }

    @Test("what a 304 changes (section 4.3.4)", arguments: UpdateRow.rows)
    func updates(row: UpdateRow) throws {
        let stored = try #require(AnswerSample.stored(row.stored))
        let update = AnswerStoragePolicy.update(
            stored,
            for: AnswerSample.request(),
            headers: row.fields.map { (name: $0.0, value: $0.1) },
            at: AnswerStoragePolicy.Moments(
                requestedAt: AnswerSample.at(100),
                purgePosition: PurgePosition(rawValue: 9),
                receivedAt: AnswerSample.at(100)
            )
        )
        #expect((update != nil) == row.isSame, "\(row.testDescription)")
        guard let update else { return }
        if case .store = update.verdict {
            #expect(row.freshFor != nil, "\(row.testDescription)")
            #expect(update.answer.timeToLive(at: AnswerSample.at(100)) == row.freshFor, "\(row.testDescription)")
            for (name, value) in row.expected {
                #expect(update.answer.head.firstValue(of: name) == value, "\(row.testDescription)")
            }
            #expect(update.answer.content == stored.content)
            #expect(AnswerBlock(update.answer.fragment.body)?.hasSoundLines == true)
        } else {
            #expect(row.freshFor == nil, "\(row.testDescription)")
        }
    }

    @Test(
        "which answers to HEAD are about what is stored (section 4.3.5)",
        arguments: [
            (200, 7, [], true), (200, nil, [], true), (200, 8, [], false), (404, 7, [], false),
            (200, 7, [("ETag", "\"a\"")], true), (200, 7, [("ETag", "\"b\"")], false),
            (200, nil, [("Last-Modified", AnswerSample.date(-9))], true),
        ] as [(Int, Int64?, [(String, String)], Bool)]
    )
    func head(status: Int, length: Int64?, fields: [(String, String)], expected: Bool) throws {
        let stored = try #require(AnswerSample.stored([("Cache-Control", "max-age=60"), ("ETag", "\"a\"")]))
        let isAbout = AnswerStoragePolicy.isAbout(
            stored,
            status: status,
            contentLength: length,
            headers: fields.map { (name: $0.0, value: $0.1) }
        )
        #expect(isAbout == expected)
    }
}

/// An answer, and whether it is stored.
struct StorageRow: Sendable, CustomTestStringConvertible {
    enum Outcome: Sendable {
        case stored
        case not
        case forbidden
    }

    let section: String
    var status = 200
    var request = AnswerSample.request()
    let fields: [(String, String)]
    let expected: Outcome

    var testDescription: String { "\(section): \(status) \(fields)" }

    private static func control(_ section: String, _ rows: [(String, Outcome)]) -> [StorageRow] {
        rows.map { StorageRow(section: section, fields: [("Cache-Control", $0.0)], expected: $0.1) }
    }

    private static func statuses(_ statuses: [Int], _ fields: [(String, String)], _ expected: Outcome) -> [StorageRow] {
        statuses.map { StorageRow(section: "3", status: $0, fields: fields, expected: expected) }
    }

    private static func authorized(_ rows: [(String, Outcome)]) -> [StorageRow] {
        rows.map {
            StorageRow(
                section: "3.5",
                request: AnswerSample.request(hasAuthorization: true),
                fields: [("Cache-Control", $0.0)],
                expected: $0.1
            )
        }
    }

    static let rows: [StorageRow] =
        control(
            "3",
            [
                ("max-age=60", .stored), ("s-maxage=60", .stored), ("public, max-age=60", .stored),
                ("no-store", .not), ("no-store, max-age=60", .not), ("private, max-age=60", .not),
                ("private=\"x\", max-age=60", .not), ("max-age=0", .not), ("public", .not),
                ("no-cache, max-age=60", .not), ("must-understand, max-age=60", .stored),
                ("stale-while-revalidate=60", .stored), ("max-age=0, stale-if-error=60", .stored),
                ("max-age=60, no-store;x", .not), ("max-age=x", .not), ("NO-STORE, max-age=60", .not),
            ]
        )
        + statuses(
            [200, 203, 204, 300, 301, 302, 307, 308, 404, 405, 410, 414],
            [("Cache-Control", "max-age=60")],
            .stored
        )
        + statuses([299, 499], [("Cache-Control", "max-age=60")], .stored)
        + statuses([206, 304, 500, 502, 503, 504, 599], [("Cache-Control", "max-age=60")], .not)
        + statuses([299], [("Cache-Control", "max-age=60, must-understand")], .not)
        + statuses([200, 404], [], .not)
        + statuses([200, 404, 301], [("ETag", "\"a\"")], .stored)
        + statuses([302, 403], [("ETag", "\"a\"")], .not)
        + statuses([200], [("Last-Modified", AnswerSample.date(-9))], .stored)
        + statuses([200], [("Expires", AnswerSample.date(60))], .stored)
        + statuses([200], [("Expires", AnswerSample.date(-60))], .not)
        + [
            StorageRow(
                section: "3",
                fields: [("Cache-Control", "max-age=60"), ("Set-Cookie", "a=b")],
                expected: .not
            ),
            StorageRow(section: "4.1", fields: [("Cache-Control", "max-age=60"), ("Vary", "*")], expected: .not),
            StorageRow(section: "4.1", fields: [("Cache-Control", "max-age=60"), ("Vary", "a, *")], expected: .not),
            StorageRow(section: "4.1", fields: [("Cache-Control", "max-age=60"), ("Vary", "a b")], expected: .not),
            StorageRow(
                section: "4.1",
                fields: [("Cache-Control", "max-age=60"), ("Vary", "Accept")],
                expected: .stored
            ),
            StorageRow(
                section: "4.1",
                fields: [("Cache-Control", "max-age=60"), ("Vary", (0...32).map { "a\($0)" }.joined(separator: ","))],
                expected: .not
            ),
            StorageRow(
                section: "5.2.1.5",
                request: AnswerSample.request([("Cache-Control", "no-store")]),
                fields: [("Cache-Control", "max-age=60")],
                expected: .forbidden
            ),
            StorageRow(
                section: "3",
                request: AnswerSample.request(.head),
                fields: [("Cache-Control", "max-age=60")],
                expected: .forbidden
            ),
            StorageRow(
                section: "9110 9.3.1",
                request: AnswerSample.request(hasBody: true),
                fields: [("Cache-Control", "max-age=60")],
                expected: .forbidden
            ),
            StorageRow(
                section: "4.3.2",
                status: 412,
                request: AnswerSample.request([("If-Match", "\"a\"")]),
                fields: [("Cache-Control", "max-age=60")],
                expected: .forbidden
            ),
            StorageRow(
                section: "3.3",
                status: 416,
                request: AnswerSample.request([("Range", "bytes=9-")]),
                fields: [("Cache-Control", "max-age=60")],
                expected: .forbidden
            ),
            StorageRow(
                section: "9213 2.2",
                fields: [("CDN-Cache-Control", "no-store"), ("Cache-Control", "max-age=60")],
                expected: .not
            ),
            StorageRow(
                section: "9213 2.2",
                fields: [("CDN-Cache-Control", "max-age=60"), ("Cache-Control", "private")],
                expected: .stored
            ),
        ]
        + authorized([
            ("max-age=60", .forbidden), ("public, max-age=60", .stored), ("s-maxage=60", .stored),
            ("must-revalidate, max-age=60", .stored), ("proxy-revalidate, max-age=60", .forbidden),
            ("private, max-age=60", .not), ("no-store", .not),
        ])
}

/// A `304`, 100 seconds after the stored answer.
struct UpdateRow: Sendable, CustomTestStringConvertible {
    var stored = [
        ("Cache-Control", "max-age=60"), ("ETag", "\"a\""), ("X-Old", "1"), ("X-Both", "1"),
        ("Content-Encoding", "gzip"), ("Content-Type", "text/plain"), ("Date", AnswerSample.noonText),
    ]
    let fields: [(String, String)]
    var isSame = true
    /// The seconds for which it is fresh again; nil when it may not be kept.
    var freshFor: Int?
    var expected: [(String, String?)] = []

    var testDescription: String { "304 \(fields)" }

    static let rows: [UpdateRow] = [
        UpdateRow(fields: [], freshFor: 60, expected: [("x-old", "1"), ("date", AnswerSample.date(100))]),
        UpdateRow(fields: [("ETag", "\"a\"")], freshFor: 60),
        UpdateRow(fields: [("ETag", "W/\"a\"")], freshFor: 60),
        UpdateRow(fields: [("ETag", "\"b\"")], isSame: false),
        UpdateRow(fields: [("Cache-Control", "max-age=10")], freshFor: 10, expected: [("cache-control", "max-age=10")]),
        UpdateRow(fields: [("Cache-Control", "no-store")]),
        UpdateRow(fields: [("Cache-Control", "private, max-age=10")]),
        UpdateRow(fields: [("Set-Cookie", "a=b")]),
        UpdateRow(fields: [("Vary", "*")]),
        UpdateRow(fields: [("Age", "15")], freshFor: 45),
        UpdateRow(fields: [("Date", AnswerSample.date(80))], freshFor: 40),
        UpdateRow(
            fields: [("X-Both", "2"), ("X-New", "3")],
            freshFor: 60,
            expected: [("x-both", "2"), ("x-new", "3")]
        ),
        UpdateRow(
            fields: [("Content-Encoding", "br"), ("Content-Length", "0"), ("Content-Range", "bytes 0-1/2")],
            freshFor: 60,
            expected: [("content-encoding", "gzip"), ("content-length", "7"), ("content-range", nil)]
        ),
        UpdateRow(
            fields: [("Content-Type", "text/html")],
            freshFor: 60,
            expected: [("content-type", "text/html")]
        ),
        UpdateRow(
            fields: [("Connection", "X-Both"), ("X-Both", "2"), ("Keep-Alive", "x"), ("Warning", "x")],
            freshFor: 60,
            expected: [("x-both", "1"), ("keep-alive", nil), ("connection", nil), ("warning", nil)]
        ),
        UpdateRow(
            stored: [("CDN-Cache-Control", "max-age=60"), ("Cache-Control", "max-age=1"), ("ETag", "\"a\"")],
            fields: [("Cache-Control", "max-age=2")],
            freshFor: 60,
            expected: [("cdn-cache-control", nil), ("cache-control", "max-age=2")]
        ),
        UpdateRow(
            stored: [("Last-Modified", AnswerSample.date(-50)), ("Cache-Control", "max-age=60")],
            fields: [("Last-Modified", AnswerSample.date(-40))],
            isSame: false
        ),
        UpdateRow(
            stored: [("Last-Modified", AnswerSample.date(-50)), ("Expires", AnswerSample.date(60))],
            fields: [("Expires", AnswerSample.date(130))],
            freshFor: 30
        ),
    ]
}
