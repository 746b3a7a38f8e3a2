import FragmentProtocol
import NIOCore
import Testing

@testable import Gateway

@Suite struct FragmentAnswerPolicyTests {
    private static let start = Instant(milliseconds: 1_000_000)

    /// What was held before a question.
    private static let held = StoredFragment(
        storedAt: start,
        freshUntil: start + .seconds(1),
        etag: "\"v1\"",
        tags: ["old"],
        title: "Old",
        body: ByteBuffer(string: "old")
    )

    /// What a verdict is, without the copy.
    private enum Kind: Equatable {
        case keep
        case useOnce
        case confirmed
        case failure(FragmentFailure)
    }

    private static func judge(
        _ status: Int,
        _ headers: [(name: String, value: String)],
        kind: StoredFragment.Kind = .html,
        held: StoredFragment? = nil,
        rule: FragmentRule? = nil,
        isPersonal: Bool = false
    ) throws -> (kind: Kind, copy: StoredFragment?) {
        let verdict = FragmentAnswerPolicy.judge(
            FetchResponse(status: status, headers: headers, body: ByteBuffer(string: "new"), elapsed: .zero),
            kind: kind,
            held: held,
            bound: try FragmentSamples.bound(rule: rule),
            context: FreshnessContext(
                requestedAt: start + .seconds(9),
                receivedAt: start + .seconds(10),
                isPersonal: isPersonal
            )
        )
        return switch verdict {
        case .keep(let copy): (.keep, copy)
        case .useOnce(let copy): (.useOnce, copy)
        case .confirmed(let copy): (.confirmed, copy)
        case .failure(let failure): (.failure(failure), nil)
        }
    }

    @Test(arguments: ["gzip", "br", "GZIP", "identity, gzip", "x-unknown", ""])
    func aCodedBodyIsNoAnswer(coding: String) throws {
        for (status, isFailure) in [(200, true), (203, true), (204, false), (302, false), (404, false)] {
            let verdict = try Self.judge(status, [("Content-Type", "text/html"), ("Content-Encoding", coding)])
            let message = "the content is coded as \(coding), which was not asked for"
            #expect((verdict.kind == .failure(.badAnswer(message))) == isFailure)
        }
        let plain = try Self.judge(200, [("Content-Type", "text/html"), ("Content-Encoding", "Identity")])
        #expect(plain.copy != nil)
    }

    @Test(
        arguments: [
            (100, .failure(.badAnswer("status 100"))), (199, .failure(.badAnswer("status 199"))),
            (200, .keep), (203, .keep), (204, .keep), (206, .failure(.badAnswer("status 206"))), (299, .keep),
            (301, .keep), (302, .keep),
            (304, .failure(.badAnswer("304 to a request that held no such copy"))),
            (400, .keep), (404, .keep), (410, .keep), (499, .keep),
            (500, .failure(.badAnswer("status 500"))), (502, .failure(.badAnswer("status 502"))),
            (503, .failure(.unavailable("status 503"))), (504, .failure(.badAnswer("status 504"))),
            (599, .failure(.badAnswer("status 599"))),
        ] as [(Int, Kind)]
    )
    private func judgesByTheStatus(status: Int, expected: Kind) throws {
        let headers = [(name: "Content-Type", value: "text/html"), (name: "Cache-Control", value: "max-age=60")]
        let verdict = try Self.judge(status, headers)
        #expect(verdict.kind == expected)
        #expect(verdict.copy?.status == (expected == .keep ? status : nil))
    }

    @Test(
        arguments: [
            ("text/html", true, false), ("text/html; charset=utf-8", true, false), ("TEXT/Html;charset=x", true, false),
            (" text/html ;q", true, false), ("application/json", false, true),
            ("Application/JSON ; charset=utf-8", false, true), ("text/plain", false, false), ("", false, false),
            (";text/html", false, false), ("text/htmlx", false, false), ("xtext/html", false, false),
            ("application/xhtml+xml", false, false), ("application/ld+json", false, false),
            ("application/json-seq", false, false), ("text/html, application/json", false, false), (nil, false, false),
        ] as [(String?, Bool, Bool)]
    )
    func knowsTheDeclaredContentType(contentType: String?, isHTML: Bool, isJSON: Bool) {
        #expect(FragmentAnswerPolicy.isDeclared(contentType, .html) == isHTML)
        #expect(FragmentAnswerPolicy.isDeclared(contentType, .json) == isJSON)
    }

    @Test(
        arguments: [
            (200, .html, "application/json", .failure(.badAnswer("the content type is not text/html"))),
            (200, .json, "text/html", .failure(.badAnswer("the content type is not application/json"))),
            (200, .html, nil, .failure(.badAnswer("the content type is not text/html"))),
            (201, .json, nil, .failure(.badAnswer("the content type is not application/json"))),
            (200, .json, "application/json", .keep),
            // What is no content has no type to be held to.
            (204, .html, nil, .keep), (302, .html, nil, .keep), (404, .html, "application/json", .keep),
        ] as [(Int, StoredFragment.Kind, String?, Kind)]
    )
    private func onlyContentNeedsItsType(
        status: Int,
        kind: StoredFragment.Kind,
        contentType: String?,
        expected: Kind
    ) throws {
        var headers = [(name: "cache-control", value: "max-age=60")]
        if let contentType { headers.append(("content-type", contentType)) }
        #expect(try Self.judge(status, headers, kind: kind).kind == expected)
    }

    @Test(
        arguments: [
            ("max-age=60", false, .keep), ("max-age=60", true, .keep), ("private, max-age=60", false, .useOnce),
            ("private, max-age=60", true, .keep), ("no-store", false, .useOnce), ("no-store", true, .useOnce),
            ("max-age=0", false, .useOnce),
        ] as [(String, Bool, Kind)]
    )
    private func whatMayNotBeKeptIsUsedOnce(control: String, isPersonal: Bool, expected: Kind) throws {
        let headers = [(name: "Content-Type", value: "text/html"), (name: "Cache-Control", value: control)]
        let verdict = try Self.judge(200, headers, isPersonal: isPersonal)
        let copy = try #require(verdict.copy)
        let moment = Self.start + .seconds(10)
        #expect(verdict.kind == expected)
        #expect(String(buffer: copy.body) == "new")
        #expect(copy.usability(at: moment) == (expected == .keep ? .fresh : .expired))
        #expect(copy.lifetime(at: moment) == (expected == .keep ? .seconds(59) : .zero))
    }

    @Test func takesOverWhatThePageNeedsOfTheHeaders() throws {
        let headers: [(name: String, value: String)] = [
            ("Content-Type", "text/html"), ("ETag", "W/\"x\""), ("Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT"),
            ("Cache-Tag", "post:1"), ("Fragment-Title", "A%20title"), ("Fragment-Meta", "{\"a\":1}"),
            ("Link", "</a.css>; rel=stylesheet"), ("Location", "/elsewhere"),
        ]
        let rule = FragmentSamples.rule(ttl: .seconds(30), tags: ["nav", "site"])
        let verdict = try Self.judge(200, headers, kind: .html, rule: rule)
        let copy = try #require(verdict.copy)
        #expect(verdict.kind == .keep)
        #expect(copy.kind == .html)
        #expect(copy.requestedAt == Self.start + .seconds(9))
        #expect(copy.storedAt == Self.start + .seconds(10))
        #expect(copy.freshUntil == Self.start + .seconds(40))
        #expect(copy.etag == "W/\"x\"")
        #expect(copy.lastModified == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(copy.tags == ["post:1", "nav", "site"])
        #expect(copy.title == "A title")
        #expect(copy.meta == "{\"a\":1}")
        #expect(copy.links.count == 1 && copy.links.first?.contains("/a.css") == true)
        #expect(copy.location == "/elsewhere")
        #expect(String(buffer: copy.body) == "new")
    }

    @Test func aRefusalIsRememberedAsLongAsTheRuleSays() throws {
        let copy = try #require(try Self.judge(404, []).copy)
        #expect(copy.freshUntil == Self.start + .seconds(15))
    }

    @Test(
        arguments: [
            ("\"v1\"", .confirmed), (nil, .confirmed),
            ("\"v2\"", .failure(.badAnswer("304 to a request that held no such copy"))),
        ] as [(String?, Kind)]
    )
    private func aCopyIsConfirmedByItsOwnTagAlone(tag: String?, expected: Kind) throws {
        var headers = [(name: "Cache-Control", value: "max-age=60")]
        if let tag { headers.append(("ETag", tag)) }
        let verdict = try Self.judge(304, headers, held: Self.held)
        #expect(verdict.kind == expected)
        guard expected == .confirmed else { return }
        let copy = try #require(verdict.copy)
        #expect(copy.status == 200)
        #expect(String(buffer: copy.body) == "old")
        #expect(copy.title == "Old")
        #expect(copy.storedAt == Self.start + .seconds(10))
        #expect(copy.freshUntil == Self.start + .seconds(69))
    }

    @Test func aConfirmedCopyKeepsTheTagsOfItsRule() throws {
        let headers = [(name: "Cache-Control", value: "max-age=60"), (name: "Cache-Tag", value: "a")]
        let rule = FragmentSamples.rule(tags: ["nav"])
        let copy = try #require(try Self.judge(304, headers, held: Self.held, rule: rule).copy)
        #expect(copy.tags.sorted() == ["a", "nav"])
    }

    @Test func anAnswerWithContentReplacesWhatIsHeld() throws {
        let headers = [(name: "Content-Type", value: "text/html"), (name: "Cache-Control", value: "max-age=60")]
        let copy = try #require(try Self.judge(200, headers, held: Self.held).copy)
        #expect(String(buffer: copy.body) == "new")
        #expect(copy.etag == nil && copy.title == nil && copy.tags.isEmpty)
    }
}
