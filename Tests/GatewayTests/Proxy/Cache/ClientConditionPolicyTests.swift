import Testing

@testable import Gateway

/// When a client gets `304` from what is stored (RFC 9111, section 4.3.2; RFC 9110, section 13).
@Suite struct ClientConditionPolicyTests {
    @Test(arguments: ConditionRow.rows)
    func conditions(row: ConditionRow) throws {
        let stored = try #require(AnswerSample.stored(row.stored, status: row.status), "\(row.testDescription)")
        let isNotModified = ClientConditionPolicy.isNotModified(AnswerSample.request(row.fields), stored)
        #expect(isNotModified == row.expected, "\(row.testDescription)")
    }
}

/// What is stored, and the conditions of a request.
struct ConditionRow: Sendable, CustomTestStringConvertible {
    let stored: [(String, String)]
    var status = 200
    let fields: [(String, String)]
    let expected: Bool

    var testDescription: String { "\(status) \(stored), \(fields)" }

    private static func tags(_ rows: [(etag: String, ifNoneMatch: String, expected: Bool)]) -> [ConditionRow] {
        rows.map {
            ConditionRow(
                stored: [("Cache-Control", "max-age=60"), ("ETag", $0.etag)],
                fields: [("If-None-Match", $0.ifNoneMatch)],
                expected: $0.expected
            )
        }
    }

    private static func dates(_ rows: [(stored: [(String, String)], since: String, Bool)]) -> [ConditionRow] {
        rows.map {
            ConditionRow(
                stored: $0.stored + [("Cache-Control", "max-age=60")],
                fields: [("If-Modified-Since", $0.since)],
                expected: $0.2
            )
        }
    }

    static let rows: [ConditionRow] =
        tags([
            ("\"a\"", "\"a\"", true), ("\"a\"", "\"b\"", false), ("\"a\"", "W/\"a\"", true), ("W/\"a\"", "\"a\"", true),
            ("W/\"a\"", "W/\"a\"", true), ("\"a\"", "\"b\", \"a\"", true), ("\"a\"", "\"b\",\"c\" , W/\"a\"", true),
            ("\"a\"", "*", true), ("\"a\"", "a", false), ("\"a\"", "\"a", false), ("\"a\"", "", false),
            ("\"A\"", "\"a\"", false), ("\"\"", "\"\"", true),
        ])
        + dates([
            ([("Last-Modified", AnswerSample.date(-50))], AnswerSample.date(-50), true),
            ([("Last-Modified", AnswerSample.date(-50))], AnswerSample.date(-49), true),
            ([("Last-Modified", AnswerSample.date(-50))], AnswerSample.date(-51), false),
            ([("Last-Modified", AnswerSample.date(-50))], "yesterday", false),
            ([("Date", AnswerSample.date(-10))], AnswerSample.date(-10), true),
            ([("Date", AnswerSample.date(-10))], AnswerSample.date(-11), false),
            ([], AnswerSample.noonText, true), ([], AnswerSample.date(-1), false),
            ([("Last-Modified", "x")], AnswerSample.noonText, false),
        ])
        + [
            ConditionRow(stored: [("Cache-Control", "max-age=60"), ("ETag", "\"a\"")], fields: [], expected: false),
            ConditionRow(
                stored: [("Cache-Control", "max-age=60")],
                fields: [("If-None-Match", "*")],
                expected: true
            ),
            ConditionRow(
                stored: [("Cache-Control", "max-age=60"), ("Last-Modified", AnswerSample.date(-50))],
                fields: [("If-None-Match", "\"a\""), ("If-Modified-Since", AnswerSample.noonText)],
                expected: false
            ),
            ConditionRow(
                stored: [("Cache-Control", "max-age=60"), ("ETag", "\"a\""), ("Last-Modified", AnswerSample.date(-5))],
                fields: [("If-None-Match", "\"a\""), ("If-Modified-Since", AnswerSample.date(-50))],
                expected: true
            ),
            ConditionRow(
                stored: [("Cache-Control", "max-age=60"), ("ETag", "\"a\"")],
                status: 404,
                fields: [("If-None-Match", "\"a\"")],
                expected: false
            ),
            ConditionRow(
                stored: [("Cache-Control", "max-age=60"), ("ETag", "\"c\"")],
                fields: [("If-None-Match", "\"a\", \"b\""), ("If-None-Match", "\"c\"")],
                expected: true
            ),
        ]
}
