import Testing

@testable import Gateway

/// What a request gets, by the sections of RFC 9111 and RFC 5861.
@Suite struct AnswerUsePolicyTests {
    @Test("which requests look for a stored answer", arguments: AdmissionRow.rows)
    func admits(row: AdmissionRow) {
        let request = AnswerSample.request(row.method, hasBody: row.hasBody, row.fields)
        #expect(AnswerUsePolicy.admission(of: request) == row.expected, "\(row.testDescription)")
    }

    @Test("what a request gets", arguments: UseRow.sections.flatMap { $0 })
    func decides(row: UseRow) throws {
        let stored = try row.stored.map { try #require(AnswerSample.stored($0), "\(row.testDescription)") }
        let decision = AnswerUsePolicy.decision(
            for: AnswerSample.request(row.fields),
            stored: stored,
            isVaryMiss: row.isVaryMiss,
            at: AnswerSample.at(row.elapsed)
        )
        #expect(decision == row.expected, "\(row.testDescription)")
    }

    @Test("what is served when the service fails", arguments: ErrorRow.rows)
    func servesOnError(row: ErrorRow) throws {
        let stored = try #require(AnswerSample.stored(row.stored))
        let serves = AnswerUsePolicy.servesOnError(
            AnswerSample.request(row.fields),
            stored,
            at: AnswerSample.at(row.elapsed)
        )
        #expect(serves == row.expected, "\(row.testDescription)")
    }

    @Test("which statuses are failures (RFC 5861, section 4)", arguments: 200...599)
    func errors(status: Int) {
        #expect(AnswerUsePolicy.isError(status: status) == [500, 502, 503, 504].contains(status))
    }
}

/// A request, before anything is looked for.
struct AdmissionRow: Sendable, CustomTestStringConvertible {
    let section: String
    let method: RequestMethod
    var hasBody = false
    var fields: [(String, String)] = []
    let expected: AnswerUsePolicy.Admission

    var testDescription: String { "\(section) \(method) \(fields)" }

    static let rows: [AdmissionRow] = [
        AdmissionRow(section: "4", method: .get, expected: .lookUp),
        AdmissionRow(section: "4", method: .head, expected: .lookUp),
        AdmissionRow(section: "4", method: .post, expected: .pass(.method)),
        AdmissionRow(section: "4", method: .put, expected: .pass(.method)),
        AdmissionRow(section: "4", method: .delete, expected: .pass(.method)),
        AdmissionRow(section: "4", method: .patch, expected: .pass(.method)),
        AdmissionRow(section: "4", method: .options, expected: .pass(.method)),
        AdmissionRow(section: "4", method: .other, expected: .pass(.method)),
        AdmissionRow(section: "9110 9.3.1", method: .get, hasBody: true, expected: .pass(.bypass)),
        AdmissionRow(section: "3.3", method: .get, fields: [("Range", "bytes=0-1")], expected: .pass(.bypass)),
        AdmissionRow(
            section: "3.3",
            method: .get,
            fields: [("range", "bytes=0-1"), ("If-Range", "\"a\"")],
            expected: .pass(.bypass)
        ),
        AdmissionRow(section: "4.3.2", method: .get, fields: [("If-Match", "\"a\"")], expected: .pass(.bypass)),
        AdmissionRow(
            section: "4.3.2",
            method: .get,
            fields: [("If-Unmodified-Since", AnswerSample.noonText)],
            expected: .pass(.bypass)
        ),
        AdmissionRow(section: "4.3.2", method: .get, fields: [("If-None-Match", "\"a\"")], expected: .lookUp),
        AdmissionRow(
            section: "4.3.2",
            method: .get,
            fields: [("If-Modified-Since", AnswerSample.noonText)],
            expected: .lookUp
        ),
        AdmissionRow(
            section: "5.2.1.7",
            method: .get,
            fields: [("Range", "bytes=0-1"), ("Cache-Control", "only-if-cached")],
            expected: .refuse
        ),
        AdmissionRow(section: "5.2.1.5", method: .get, fields: [("Cache-Control", "no-store")], expected: .lookUp),
        AdmissionRow(section: "5.2.1.4", method: .get, fields: [("Cache-Control", "no-cache")], expected: .lookUp),
    ]
}

/// A request, and what is stored for it since noon.
struct UseRow: Sendable, CustomTestStringConvertible {
    let section: String
    let stored: [(String, String)]?
    let elapsed: Int
    let fields: [(String, String)]
    var isVaryMiss = false
    let expected: AnswerUsePolicy.Decision

    var testDescription: String { "\(section): \(stored ?? []) after \(elapsed) s, \(fields)" }

    /// Rows of one section: `Cache-Control` of the answer, seconds, `Cache-Control` of the request.
    private static func table(
        _ section: String,
        _ rows: [(answer: String, seconds: Int, request: String?, expected: AnswerUsePolicy.Decision)]
    ) -> [UseRow] {
        rows.map { row in
            UseRow(
                section: section,
                stored: [("Cache-Control", row.answer), ("ETag", "\"a\"")],
                elapsed: row.seconds,
                fields: row.request.map { [("Cache-Control", $0)] } ?? [],
                expected: row.expected
            )
        }
    }

    static let sections: [[UseRow]] = [
        [
            UseRow(section: "4", stored: nil, elapsed: 0, fields: [], expected: .ask(.uriMiss)),
            UseRow(section: "4.1", stored: nil, elapsed: 0, fields: [], isVaryMiss: true, expected: .ask(.varyMiss)),
        ],
        table(
            "4.2",
            [
                ("max-age=60", 0, nil, .serve), ("max-age=60", 59, nil, .serve), ("max-age=60", 60, nil, .ask(.stale)),
                ("max-age=60", 1000, nil, .ask(.stale)), ("max-age=0", 0, nil, .ask(.stale)),
                ("public", 0, nil, .ask(.stale)),
            ]
        ),
        table(
            "5.2.2.10 s-maxage",
            [
                ("s-maxage=60", 59, nil, .serve), ("s-maxage=60, max-age=1", 59, nil, .serve),
                ("s-maxage=1, max-age=60", 2, nil, .ask(.stale)), ("s-maxage=0, max-age=60", 0, nil, .ask(.stale)),
                ("s-maxage=60", 61, "max-stale", .ask(.stale)),
            ]
        ),
        table(
            "5.2.2 directives",
            [
                ("no-cache, max-age=60", 0, nil, .ask(.stale)), ("no-cache=\"a\", max-age=60", 0, nil, .ask(.stale)),
                ("must-revalidate, max-age=60", 59, nil, .serve),
                ("must-revalidate, max-age=60", 61, nil, .ask(.stale)),
                ("must-revalidate, max-age=60", 61, "max-stale", .ask(.stale)),
                ("proxy-revalidate, max-age=60", 59, nil, .serve),
                ("proxy-revalidate, max-age=60", 61, "max-stale=10", .ask(.stale)),
                ("no-cache, max-age=60", 1, "max-stale", .ask(.stale)),
                ("immutable, max-age=60", 1, nil, .serve), ("immutable, max-age=60", 61, nil, .ask(.stale)),
                ("immutable, max-age=60", 1, "no-cache", .ask(.request)),
                ("no-transform, max-age=60", 1, nil, .serve), ("unknown, max-age=60", 1, nil, .serve),
            ]
        ),
        table(
            "5.2.1.1 max-age",
            [
                ("max-age=60", 10, "max-age=10", .serve), ("max-age=60", 10, "max-age=9", .ask(.request)),
                ("max-age=60", 0, "max-age=0", .serve), ("max-age=60", 1, "max-age=0", .ask(.request)),
                ("max-age=60", 61, "max-age=100", .ask(.stale)), ("max-age=60", 61, "max-age=10", .ask(.stale)),
                ("max-age=60", 1, "max-age=x", .ask(.request)), ("max-age=60", 1, "max-age=\"10\"", .serve),
                ("max-age=60", 61, "max-age=100, max-stale=5", .serve),
                ("max-age=60", 61, "max-age=10, max-stale=5", .ask(.stale)),
            ]
        ),
        table(
            "5.2.1.2 max-stale",
            [
                ("max-age=60", 61, "max-stale", .serve), ("max-age=60", 1_000_000, "max-stale", .serve),
                ("max-age=60", 70, "max-stale=10", .serve), ("max-age=60", 71, "max-stale=10", .ask(.stale)),
                ("max-age=60", 70, "max-stale=0", .ask(.stale)), ("max-age=60", 60, "max-stale=0", .serve),
                ("max-age=60", 10, "max-stale=0", .serve),
            ]
        ),
        table(
            "5.2.1.3 min-fresh",
            [
                ("max-age=60", 10, "min-fresh=50", .serve), ("max-age=60", 11, "min-fresh=50", .ask(.request)),
                ("max-age=60", 59, "min-fresh=0", .serve), ("max-age=60", 60, "min-fresh=0", .ask(.stale)),
                ("max-age=60", 0, "min-fresh=61", .ask(.request)),
            ]
        ),
        table(
            "5.2.1.4 no-cache",
            [
                ("max-age=60", 1, "no-cache", .ask(.request)), ("max-age=60", 61, "no-cache", .ask(.stale)),
                ("max-age=60", 1, "no-cache, max-stale", .ask(.request)), ("max-age=60", 1, "NO-CACHE", .ask(.request)),
            ]
        ),
        table(
            "5.2.1.5 no-store",
            [("max-age=60", 1, "no-store", .serve), ("max-age=60", 61, "no-store", .ask(.stale))]
        ),
        table(
            "5.2.1.7 only-if-cached",
            [
                ("max-age=60", 1, "only-if-cached", .serve), ("max-age=60", 61, "only-if-cached", .refuse),
                ("max-age=60", 61, "only-if-cached, max-stale", .serve),
                ("max-age=60", 1, "only-if-cached, no-cache", .refuse),
                ("max-age=60", 2, "only-if-cached, max-age=1", .refuse),
                ("max-age=60, stale-while-revalidate=60", 61, "only-if-cached", .serve),
            ]
        ),
        [
            UseRow(
                section: "5.2.1.7",
                stored: nil,
                elapsed: 0,
                fields: [("Cache-Control", "only-if-cached")],
                expected: .refuse
            ),
            UseRow(
                section: "5.2.1.7",
                stored: nil,
                elapsed: 0,
                fields: [("Cache-Control", "only-if-cached")],
                isVaryMiss: true,
                expected: .refuse
            ),
        ],
        pragma,
        table(
            "5861 3",
            [
                ("max-age=60, stale-while-revalidate=30", 59, nil, .serve),
                ("max-age=60, stale-while-revalidate=30", 60, nil, .serveAndRefresh),
                ("max-age=60, stale-while-revalidate=30", 89, nil, .serveAndRefresh),
                ("max-age=60, stale-while-revalidate=30", 90, nil, .ask(.stale)),
                ("max-age=60, stale-while-revalidate=30", 61, "no-cache", .ask(.stale)),
                ("max-age=60, stale-while-revalidate=30", 61, "max-age=10", .ask(.stale)),
                ("max-age=60, stale-while-revalidate=30", 61, "min-fresh=1", .ask(.stale)),
                ("max-age=60, stale-while-revalidate=30", 61, "max-stale", .serveAndRefresh),
                ("max-age=60, stale-while-revalidate=30, must-revalidate", 61, nil, .ask(.stale)),
                ("max-age=60, stale-while-revalidate=30, no-cache", 0, nil, .ask(.stale)),
                ("max-age=60, stale-if-error=30", 61, nil, .ask(.stale)),
            ]
        ),
        ages,
    ]

    /// `Pragma` counts where there is no `Cache-Control` (section 5.4).
    private static let pragma: [UseRow] = [
        ([("Pragma", "no-cache")], .ask(.request)), ([("Pragma", "No-Cache")], .ask(.request)),
        ([("Pragma", "x, no-cache")], .ask(.request)), ([("Pragma", "x")], .serve), ([("Pragma", "no-store")], .serve),
        ([("Pragma", "no-cache"), ("Cache-Control", "max-age=100")], .serve),
        ([("Pragma", "no-cache"), ("Cache-Control", "")], .serve),
        ([("Cache-Control", "max-age=100"), ("Cache-Control", "no-cache")], .ask(.request)),
    ].map { fields, expected in
        UseRow(
            section: "5.4",
            stored: [("Cache-Control", "max-age=60")],
            elapsed: 1,
            fields: fields,
            expected: expected
        )
    }

    /// The age on arrival counts (section 4.2.3), and `Expires` where there is no number (5.3).
    private static let ages: [UseRow] = [
        ([("Cache-Control", "max-age=60"), ("Age", "50")], 9, .serve),
        ([("Cache-Control", "max-age=60"), ("Age", "50")], 10, .ask(.stale)),
        ([("Cache-Control", "max-age=60"), ("Age", "60"), ("ETag", "\"a\"")], 0, .ask(.stale)),
        ([("Cache-Control", "max-age=60"), ("Age", "50, 1")], 10, .ask(.stale)),
        ([("Cache-Control", "max-age=60"), ("Age", "x")], 59, .serve),
        ([("Cache-Control", "max-age=60"), ("Date", AnswerSample.date(-50))], 9, .serve),
        ([("Cache-Control", "max-age=60"), ("Date", AnswerSample.date(-50))], 10, .ask(.stale)),
        ([("Cache-Control", "max-age=60"), ("Date", AnswerSample.date(-10)), ("Age", "50")], 9, .serve),
        ([("Cache-Control", "max-age=60"), ("Date", AnswerSample.date(-10)), ("Age", "50")], 10, .ask(.stale)),
        ([("Cache-Control", "max-age=60"), ("Date", AnswerSample.date(500))], 59, .serve),
        ([("Cache-Control", "max-age=60"), ("Date", "x")], 59, .serve),
        ([("Expires", AnswerSample.date(60)), ("Date", AnswerSample.noonText)], 59, .serve),
        ([("Expires", AnswerSample.date(60)), ("Date", AnswerSample.noonText)], 60, .ask(.stale)),
        ([("Expires", AnswerSample.date(60)), ("Date", AnswerSample.date(-50))], 59, .serve),
        ([("Expires", AnswerSample.date(60)), ("Date", AnswerSample.date(-50))], 60, .ask(.stale)),
        ([("Expires", "0"), ("ETag", "\"a\"")], 0, .ask(.stale)),
        ([("Expires", AnswerSample.date(60)), ("Cache-Control", "max-age=10")], 11, .ask(.stale)),
        ([("Last-Modified", AnswerSample.date(-1_000_000))], 1, .ask(.stale)),
        ([("CDN-Cache-Control", "max-age=60"), ("Cache-Control", "max-age=1")], 59, .serve),
        ([("CDN-Cache-Control", "max-age=1"), ("Cache-Control", "max-age=60")], 2, .ask(.stale)),
        ([("Surrogate-Control", "max-age=60"), ("Cache-Control", "no-store")], 59, .serve),
    ].map { stored, seconds, expected in
        UseRow(section: "4.2.3", stored: stored, elapsed: seconds, fields: [], expected: expected)
    }
}

/// A service that fails, and what is stored since noon.
struct ErrorRow: Sendable, CustomTestStringConvertible {
    let stored: [(String, String)]
    let elapsed: Int
    let fields: [(String, String)]
    let expected: Bool

    var testDescription: String { "\(stored) after \(elapsed) s, \(fields)" }

    static let rows: [ErrorRow] = [
        ("max-age=60, stale-if-error=30", 61, nil, true), ("max-age=60, stale-if-error=30", 89, nil, true),
        ("max-age=60, stale-if-error=30", 90, nil, false), ("max-age=60", 61, nil, false),
        ("max-age=60, stale-if-error=30", 61, "no-cache", false),
        ("max-age=60, stale-if-error=30", 61, "max-age=10", false),
        ("max-age=60, stale-if-error=30", 61, "min-fresh=1", false),
        ("max-age=60, stale-if-error=30", 10, "no-cache", false),
        ("max-age=60, stale-if-error=30, must-revalidate", 61, nil, false),
        ("max-age=60, stale-if-error=30, proxy-revalidate", 61, nil, false),
        ("max-age=60, stale-if-error=30, no-cache", 1, nil, false),
        ("s-maxage=60, stale-if-error=30", 61, nil, true),
        ("max-age=60", 61, "stale-if-error=10", true), ("max-age=60", 71, "stale-if-error=10", false),
        ("max-age=60, must-revalidate", 61, "stale-if-error=10", false),
        ("s-maxage=60", 61, "stale-if-error=10", false),
    ].map { answer, seconds, request, expected in
        ErrorRow(
            stored: [("Cache-Control", answer), ("ETag", "\"a\"")],
            elapsed: seconds,
            fields: request.map { [("Cache-Control", $0)] } ?? [],
            expected: expected
        )
    }
}
