import Gateway
import NIOCore
import Testing

/// `304` answers, RFC 9111, section 4.3.4.
@Suite struct FreshnessUpdateTests {
    static let now = Instant(milliseconds: 1_794_744_000_000)

    /// Made 100 s ago, fresh for 60 s, then usable for 30 s and 90 s.
    static func stored(etag: String? = "\"a\"", lastModified: String? = nil) -> StoredFragment {
        let then = Self.now + .seconds(-100)
        return StoredFragment(
            status: 200,
            kind: .json,
            requestedAt: then,
            storedAt: then,
            freshUntil: then + .seconds(60),
            revalidateUntil: then + .seconds(90),
            errorUntil: then + .seconds(150),
            etag: etag,
            lastModified: lastModified,
            tags: ["cart"],
            title: "Title",
            meta: "{}",
            links: ["</a>; rel=preload"],
            location: nil,
            body: ByteBuffer(string: "body")
        )
    }

    private func update(
        _ stored: StoredFragment,
        _ headers: KeyValuePairs<String, String>,
        rule: FreshnessRule = .init()
    ) -> StoredFragment? {
        Freshness.update(
            stored,
            headers: headers.map { (name: $0.key, value: $0.value) },
            rule: rule,
            context: FreshnessContext(requestedAt: Self.now, receivedAt: Self.now)
        )
    }

    private func seconds(_ fragment: StoredFragment?) -> [Int64]? {
        fragment.map { fragment in
            [fragment.freshUntil, fragment.revalidateUntil, fragment.errorUntil].map {
                ($0 - Self.now).milliseconds / 1000
            }
        }
    }

    @Test func keepsWhatItIsNotTold() throws {
        let updated = try #require(update(Self.stored(), ["ETag": "\"a\""]))
        #expect(seconds(updated) == [60, 90, 150])
        #expect(updated.storedAt == Self.now)
        #expect(updated.requestedAt == Self.now)
        #expect(updated.etag == "\"a\"")
        #expect(updated.kind == .json)
        #expect(updated.tags == ["cart"])
        #expect(updated.title == "Title")
        #expect(updated.meta == "{}")
        #expect(updated.links == ["</a>; rel=preload"])
        #expect(String(buffer: updated.body) == "body")
    }

    /// A copy that is confirmed again and again is fresh for as long each time, however long the way takes.
    @Test func theWayOfASilentConfirmationCountsOnce() throws {
        var copy = Self.stored()
        for round in 0..<5 {
            let sent = Self.now + .seconds(round * 100)
            copy = try #require(
                Freshness.update(
                    copy,
                    headers: [("ETag", "\"a\"")],
                    rule: FreshnessRule(honourOrigin: true),
                    context: FreshnessContext(requestedAt: sent, receivedAt: sent + .seconds(2))
                )
            )
            #expect(copy.freshUntil - copy.storedAt == .seconds(60))
        }
    }

    @Test func takesWhatItIsTold() throws {
        let updated = try #require(
            update(
                Self.stored(),
                [
                    "Cache-Control": "max-age=5, stale-if-error=10", "Cache-Tag": "a, b", "Fragment-Title": "New",
                    "Last-Modified": "Sun, 15 Nov 2026 11:00:00 GMT",
                ]
            )
        )
        #expect(seconds(updated) == [5, 5, 15])
        #expect(updated.tags == ["a", "b"])
        #expect(updated.title == "New")
        #expect(updated.lastModified == "Sun, 15 Nov 2026 11:00:00 GMT")
    }

    @Test(arguments: [
        ("\"a\"", "\"a\"", true), ("\"a\"", "W/\"a\"", true), ("W/\"a\"", "\"a\"", true), ("\"a\"", "\"b\"", false),
        ("\"a\"", "\"A\"", false),
    ])
    func comparesEntityTags(stored: String, given: String, isSame: Bool) {
        #expect((update(Self.stored(etag: stored), ["ETag": given]) != nil) == isSame)
    }

    @Test func comparesModificationTimesWithoutEntityTags() {
        let date = "Sun, 15 Nov 2026 11:00:00 GMT"
        let stored = Self.stored(etag: nil, lastModified: date)
        #expect(update(stored, ["Last-Modified": date]) != nil)
        #expect(update(stored, ["Last-Modified": "Sun, 15 Nov 2026 11:00:01 GMT"]) == nil)
        #expect(update(stored, [:]) != nil)
    }

    @Test func keepsNothingThatMustNotBeKept() {
        #expect(update(Self.stored(), ["Cache-Control": "no-store"]) == nil)
        #expect(update(Self.stored(), ["Cache-Control": "private, max-age=5"]) == nil)
        #expect(update(Self.stored(), ["Set-Cookie": "a=b"]) == nil)
        #expect(update(Self.stored(), ["Vary": "*"]) == nil)
        #expect(update(Self.stored(), ["Vary": "X-Other"]) == nil)
    }

    @Test func followsTheRule() {
        #expect(seconds(update(Self.stored(), [:], rule: .init(ttl: .seconds(7)))) == [7, 37, 97])
        #expect(
            seconds(update(Self.stored(), ["Cache-Control": "max-age=9"], rule: .init(ttl: .seconds(7)))) == [7, 7, 7]
        )
        #expect(
            seconds(
                update(
                    Self.stored(),
                    ["Cache-Control": "max-age=9"],
                    rule: .init(ttl: .seconds(7), honourOrigin: true)
                )
            )
                == [9, 9, 9]
        )
    }
}
