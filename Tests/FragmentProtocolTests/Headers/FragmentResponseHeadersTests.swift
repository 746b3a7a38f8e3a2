import FragmentProtocol
import Testing

@Suite("FragmentResponseHeaders")
struct FragmentResponseHeadersTests {
    @Test("reads the fields of an answer")
    func reads() {
        let headers = FragmentResponseHeaders(decoding: [
            ("content-type", "text/html; charset=utf-8"), ("Cache-Control", "max-age=60"),
            ("cache-control", "stale-if-error=5"), ("Cache-Tag", "cart, cart:user-42"), ("cache-tag", "cart,,x"),
            ("Vary", "Accept-Language, gateway-identity"), ("ETag", "W/\"7\""), ("Age", "12"),
            ("Link", "</a.css>; rel=stylesheet"), ("Link", "</b.js>; rel=modulepreload"),
            ("Fragment-Title", "Caf%C3%A9"), ("Fragment-Meta", "{\"description\":\"x\"}"), ("Set-Cookie", "a=b"),
            ("Location", "/cart"),
        ])
        #expect(headers.contentType == "text/html; charset=utf-8")
        #expect(headers.directives == CacheDirectives(maxAge: 60, staleIfError: 5))
        #expect(headers.cacheTags == ["cart", "cart:user-42", "x"])
        #expect(headers.vary == ["accept-language", "gateway-identity"])
        #expect(!headers.variesOnEverything)
        #expect(headers.etag?.description == "W/\"7\"")
        #expect(headers.age == 12)
        #expect(headers.links.map(\.target) == ["/a.css", "/b.js"])
        #expect(headers.title == "Café")
        #expect(headers.meta?.values == ["description": "x"])
        #expect(headers.location == "/cart")
        #expect(headers.problems.isEmpty)
    }

    @Test("the most specific field rules")
    func directives() {
        let all = [
            (name: "Cache-Control", value: "max-age=1"), (name: "CDN-Cache-Control", value: "max-age=2"),
            (name: "Surrogate-Control", value: "max-age=3+4"),
        ]
        #expect(FragmentResponseHeaders(decoding: []).directives.isEmpty)
        #expect(FragmentResponseHeaders(decoding: Array(all[..<1])).directives.maxAge == 1)
        #expect(FragmentResponseHeaders(decoding: Array(all[..<2])).directives.maxAge == 2)
        #expect(FragmentResponseHeaders(decoding: all).directives == "max-age=3, stale-while-revalidate=4")
    }

    @Test(
        "leaves malformed fields out and tells of them",
        arguments: [
            ("ETag", "abc"), ("Age", "-1"), ("Age", "x"), ("Fragment-Title", "%ff"), ("Fragment-Meta", "[1]"),
            ("Cache-Tag", "a b"), ("Link", "</a>"), ("CDN-Cache-Control", "Max-Age=5"), ("CDN-Cache-Control", ""),
        ]
    )
    func problems(_ name: String, _ value: String) {
        let headers = FragmentResponseHeaders(decoding: [(name, value)])
        #expect(headers.problems.map(\.field) == [name])
        #expect((try? headers.encoded().isEmpty) == true, "a field that cannot be written would make this nil")
    }

    @Test("of two values of a single field the first one counts")
    func repeated() {
        let headers = FragmentResponseHeaders(decoding: [("ETag", "\"1\""), ("etag", "\"2\"")])
        #expect(headers.etag?.opaque == "1")
        #expect(headers.problems.count == 1)
    }

    @Test("a Vary that cannot be understood means everything", arguments: ["*", "accept, *", "a b", "accept;q"])
    func vary(_ value: String) {
        #expect(FragmentResponseHeaders(decoding: [("Vary", value)]).variesOnEverything)
    }

    @Test("refuses to write what would not be read back")
    func refuses() {
        #expect(throws: HeaderError.self) { try FragmentResponseHeaders(cacheTags: ["a b"]).encoded() }
        #expect(throws: HeaderError.self) { try FragmentResponseHeaders(vary: ["a\n"]).encoded() }
        #expect(throws: HeaderError.self) { try FragmentResponseHeaders(location: "/\r\nx").encoded() }
    }

    @Test("parses what it prints", arguments: 0..<200 as Range<UInt64>)
    func roundTrip(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let titles: [String?] = [nil, "x" + random.anyText(upTo: 6)]
        let headers = FragmentResponseHeaders(
            contentType: random.pick([nil, "text/html"]),
            cacheControl: random.pick([nil, "private, max-age=10"]),
            surrogateControl: random.pick([nil, "content=\"ESI/1.0\", max-age=1"]),
            cdnCacheControl: random.pick([nil, "max-age=5, no-store"]),
            cacheTags: random.pick([[], ["b", "a"]]),
            vary: random.pick([[], ["accept-language", "x"], ["*"]]),
            etag: random.pick([nil, EntityTag("\"1\"")]),
            lastModified: random.pick([nil, "Tue, 03 Nov 2026 10:00:00 GMT"]),
            age: random.pick([nil, 0, 7]),
            date: random.pick([nil, "Tue, 03 Nov 2026 10:00:00 GMT"]),
            expires: random.pick([nil, "0"]),
            links: random.pick([[], [try #require(FragmentLink(target: "/a", relations: ["b"]))]]),
            title: random.pick(titles),
            meta: random.pick([nil, ["a": "é"]]),
            location: random.pick([nil, "/x"])
        )
        #expect(FragmentResponseHeaders(decoding: try headers.encoded()) == headers)
    }

    @Test("never fails", arguments: 0..<300 as Range<UInt64>)
    func fuzz(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let names = [
            "Cache-Control", "Surrogate-Control", "CDN-Cache-Control", "Cache-Tag", "Vary", "ETag", "Age", "Link",
            "Fragment-Title", "Fragment-Meta", "Location",
        ]
        let fields = names.map { (name: $0, value: random.anyText(upTo: 10)) }
        let headers = FragmentResponseHeaders(decoding: fields)
        // A location with a control character, which no HTTP parser lets in, may be read but never written.
        guard let encoded = try? headers.encoded() else { return }
        #expect(FragmentResponseHeaders(decoding: encoded).cacheTags == headers.cacheTags)
    }
}
