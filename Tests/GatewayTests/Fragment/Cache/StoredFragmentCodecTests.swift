import Gateway
import NIOCore
import Testing

@Suite struct StoredFragmentCodecTests {
    private static func random(_ generator: inout RepeatableGenerator) -> StoredFragment {
        let pieces = ["a", "b c", "ä", "€", "🍋", "\"x\"", ";", ",", "=", "%", "\t"]
        func text(upTo limit: Int = 12) -> String {
            (0..<Int.random(in: 0...limit, using: &generator)).map { _ in
                pieces.randomElement(using: &generator) ?? ""
            }.joined()
        }
        func optional() -> String? { Bool.random(using: &generator) ? text() : nil }
        func list() -> [String] { (0..<Int.random(in: 0...4, using: &generator)).map { _ in text() } }
        let stored = Instant(milliseconds: .random(in: 0...4_000_000_000_000, using: &generator))
        let fresh = stored + .milliseconds(Int64.random(in: -1000...1_000_000, using: &generator))
        var body = ByteBuffer()
        for _ in 0..<Int.random(in: 0...300, using: &generator) {
            body.writeInteger(UInt8.random(in: 0...255, using: &generator))
        }
        return StoredFragment(
            status: .random(in: 200...499, using: &generator),
            kind: Bool.random(using: &generator) ? .html : .json,
            requestedAt: stored + .milliseconds(-5),
            storedAt: stored,
            freshUntil: fresh,
            revalidateUntil: fresh + .milliseconds(Int64.random(in: 0...1000, using: &generator)),
            errorUntil: fresh + .milliseconds(Int64.random(in: 0...1000, using: &generator)),
            etag: optional(),
            lastModified: optional(),
            tags: list(),
            title: optional(),
            meta: optional(),
            links: list(),
            location: optional(),
            body: body
        )
    }

    private func encode(_ fragment: StoredFragment, for key: String) -> ByteBuffer? {
        var buffer = ByteBuffer()
        return fragment.encode(for: key, into: &buffer) ? buffer : nil
    }

    private func decode(_ buffer: ByteBuffer, for key: String) -> StoredFragment? {
        StoredFragment(decoding: buffer.readableBytesSpan, for: key)
    }

    private func expectSame(_ left: StoredFragment, _ right: StoredFragment) {
        #expect(left.status == right.status)
        #expect(left.kind == right.kind)
        #expect(left.requestedAt == right.requestedAt)
        #expect(left.storedAt == right.storedAt)
        #expect(left.freshUntil == right.freshUntil)
        #expect(left.revalidateUntil == right.revalidateUntil)
        #expect(left.errorUntil == right.errorUntil)
        #expect(left.etag == right.etag)
        #expect(left.lastModified == right.lastModified)
        #expect(left.tags == right.tags)
        #expect(left.title == right.title)
        #expect(left.meta == right.meta)
        #expect(left.links == right.links)
        #expect(left.location == right.location)
        #expect(left.body == right.body)
    }

    @Test func readsWhatItWrote() throws {
        var generator = RepeatableGenerator(seed: 1)
        for _ in 0..<500 {
            let fragment = Self.random(&generator)
            let value = try #require(encode(fragment, for: "key"))
            expectSame(try #require(decode(value, for: "key")), fragment)
        }
    }

    @Test func appendsToWhatIsThere() throws {
        var generator = RepeatableGenerator(seed: 2)
        let fragment = Self.random(&generator)
        var buffer = ByteBuffer(string: "xyz")
        buffer.moveReaderIndex(forwardBy: 1)
        #expect(fragment.encode(for: "key", into: &buffer))
        buffer.moveReaderIndex(forwardBy: 2)
        expectSame(try #require(decode(buffer, for: "key")), fragment)
    }

    @Test func isAMissUnderAnotherKey() throws {
        var generator = RepeatableGenerator(seed: 3)
        let value = try #require(encode(Self.random(&generator), for: "cart/mini user:1"))
        #expect(decode(value, for: "cart/mini user:2") == nil)
    }

    @Test func isAMissWhenAnyBitIsWrong() throws {
        var generator = RepeatableGenerator(seed: 4)
        for _ in 0..<5 {
            let value = try #require(encode(Self.random(&generator), for: "key"))
            for index in 0..<value.readableBytes {
                var poisoned = value
                let byte = poisoned.getInteger(at: index, as: UInt8.self) ?? 0
                poisoned.setInteger(byte ^ 1 << (index % 8), at: index)
                #expect(decode(poisoned, for: "key") == nil)
            }
        }
    }

    @Test func isAMissWhenItIsCutOrLengthened() throws {
        var generator = RepeatableGenerator(seed: 5)
        let value = try #require(encode(Self.random(&generator), for: "key"))
        for length in 0..<value.readableBytes {
            #expect(decode(try #require(value.getSlice(at: 0, length: length)), for: "key") == nil)
        }
        var longer = value
        longer.writeInteger(0 as UInt8)
        #expect(decode(longer, for: "key") == nil)
    }

    @Test func isAMissWhenItIsSomethingElse() {
        for text in ["", "0", "RAF", "hello", String(repeating: "RAF\u{1}", count: 100), "{\"a\": 1}"] {
            #expect(decode(ByteBuffer(string: text), for: "key") == nil)
        }
        var generator = RepeatableGenerator(seed: 6)
        for _ in 0..<2000 {
            var noise = ByteBuffer(string: "RAF\u{1}")
            for _ in 0..<Int.random(in: 0...200, using: &generator) {
                noise.writeInteger(UInt8.random(in: 0...255, using: &generator))
            }
            #expect(decode(noise, for: "key") == nil)
        }
    }

    /// Values that somebody wrote on purpose, with a checksum that is right.
    @Test func isAMissWhenItCouldSplitAHeader() throws {
        let moment = Instant(milliseconds: 1000)
        func value(
            etag: String? = nil,
            tags: [String] = [],
            links: [String] = [],
            location: String? = nil
        ) -> ByteBuffer? {
            encode(
                StoredFragment(
                    storedAt: moment,
                    freshUntil: moment,
                    etag: etag,
                    tags: tags,
                    links: links,
                    location: location,
                    body: ByteBuffer()
                ),
                for: "key"
            )
        }
        let split = "x\r\nSet-Cookie: a=b"
        for poisoned in [value(etag: split), value(tags: [split]), value(links: [split]), value(location: split)] {
            #expect(decode(try #require(poisoned), for: "key") == nil)
        }
        #expect(decode(try #require(value(etag: "x")), for: "key") != nil)
    }

    @Test func isAMissWhenItsStatusCannotBe() throws {
        for (status, isFine) in [(199, false), (200, true), (499, true), (500, false), (70_000, false), (-1, false)] {
            let fragment = StoredFragment(
                status: status,
                storedAt: .distantPast,
                freshUntil: .distantPast,
                body: ByteBuffer()
            )
            #expect((decode(try #require(encode(fragment, for: "key")), for: "key") != nil) == isFine)
        }
    }

    @Test func isNotWrittenWhenATextIsTooLong() {
        let fragment = StoredFragment(
            storedAt: .distantPast,
            freshUntil: .distantPast,
            title: String(repeating: "x", count: 70_000),
            body: ByteBuffer()
        )
        var buffer = ByteBuffer(string: "before")
        #expect(!fragment.encode(for: "key", into: &buffer))
        #expect(String(buffer: buffer) == "before")
    }
}
