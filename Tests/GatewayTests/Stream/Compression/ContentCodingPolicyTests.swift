import Testing

@testable import Gateway

@Suite struct ContentCodingPolicyTests {
    private static func choose(_ lines: [String], _ offered: [ContentCoding]) -> ContentCoding {
        var accepted = AcceptedCodings()
        for line in lines {
            // Something in front and behind, so that places count and the end is kept to.
            let bytes = Array("br, gz\(line), zstd".utf8)
            accepted.add(ByteRange(offset: 6, length: line.utf8.count), in: bytes.span)
        }
        return ContentCodingPolicy(offered: offered).choose(accepted)
    }

    private static let cases: [(String, ContentCoding)] = [
        // Nothing is said, or nothing that is known.
        ("", .identity), (" ", .identity), (",", .identity), (" , ,\t", .identity), ("deflate", .identity),
        ("compress, x-compress", .identity), ("gzi", .identity), ("gzipp", .identity), ("b", .identity),
        ("brotli", .identity), ("zst", .identity), ("gz ip", .identity), ("\"gzip\"", .identity),
        // One that is.
        ("gzip", .gzip), ("GZIP", .gzip), ("gZiP", .gzip), ("x-gzip", .gzip), ("X-GZip", .gzip), ("br", .brotli),
        ("BR", .brotli), ("zstd", .zstd), ("Zstd", .zstd), (" gzip ", .gzip), ("\tgzip\t", .gzip), (",gzip,", .gzip),
        ("deflate,gzip", .gzip), ("deflate, gzip", .gzip), ("identity", .identity),
        // What browsers and tools send.
        ("gzip, deflate, br, zstd", .brotli), ("gzip, deflate, br", .brotli), ("gzip, deflate", .gzip),
        ("gzip,deflate,br", .brotli), ("gzip;q=1.0, deflate;q=0.6, identity;q=0.3", .gzip),
        ("gzip, compress, br;q=0.9", .gzip), ("gzip, x-gzip, deflate", .gzip), ("*/*", .identity),
        // The same weight: as the gateway likes.
        ("zstd, br, gzip", .brotli), ("gzip, zstd", .zstd), ("gzip;q=0.5, zstd;q=0.5", .zstd),
        ("gzip;q=0.500, zstd;q=0.5", .zstd), ("br;q=1, gzip;q=1.000", .brotli), ("gzip, identity", .gzip),
        ("identity, gzip", .gzip), ("identity;q=1.0, gzip;q=1", .gzip),
        // Another weight: as the client likes.
        ("br;q=0.5, gzip", .gzip), ("br;q=0.999, gzip;q=1", .gzip), ("br;q=0.1, gzip;q=0.2, zstd;q=0.3", .zstd),
        ("br;q=0.001", .brotli), ("gzip;q=0.5, identity", .identity), ("gzip;q=0.5, identity;q=0.6", .identity),
        ("gzip;q=0.5, identity;q=0.4", .gzip), ("br;q=0.05, gzip;q=0.1", .gzip), ("br;q=0.09, gzip;q=0.1", .gzip),
        // White space and the letter's case.
        ("br ; q=0.5 , gzip ; q=0.6", .gzip), ("br\t;\tq=0.5,gzip", .gzip), ("br;Q=0.5, gzip;Q=0.6", .gzip),
        // What is refused.
        ("gzip;q=0", .identity), ("gzip;q=0.0", .identity), ("gzip;q=0.000", .identity), ("br;q=0, gzip", .gzip),
        ("br;q=0, gzip;q=0, zstd;q=0", .identity), ("identity;q=0", .identity), ("identity;q=0, gzip", .gzip),
        ("identity;q=0, gzip;q=0.001", .gzip), ("identity;q=0, deflate", .identity),
        // Anything.
        ("*", .brotli), ("*;q=0.1", .brotli), ("*;q=0", .identity), ("br;q=0, *", .zstd), ("gzip, *;q=0.5", .gzip),
        ("gzip;q=0.5, *", .brotli), ("identity, *;q=0.5", .identity), ("*;q=0, gzip", .gzip),
        ("identity;q=0, *", .brotli), ("*, br;q=0, zstd;q=0", .gzip), ("* ; q=0.5, br;q=0.1", .zstd),
        // What is no weight is a refusal.
        ("gzip;q=", .identity), ("gzip;q=x", .identity), ("gzip;q=2", .identity), ("gzip;q=1.1", .identity),
        ("gzip;q=1.001", .identity), ("gzip;q=-1", .identity), ("gzip;q=0.1234", .identity), ("gzip;q=.5", .identity),
        ("gzip;q=0,5", .identity), ("gzip;q =0.5", .identity), ("gzip;q= 0.5", .identity), ("gzip;", .identity),
        ("gzip;q", .identity), ("gzip;level=9", .identity), ("gzip;q=1;x=y", .identity), ("gzip q=1", .identity),
        ("gzip;q=1 x", .identity), ("gzip;q=00", .identity), ("gzip;q=10", .identity), ("gzip;q=0:5", .identity),
        ("br;q=x, gzip", .gzip), ("*;q=x", .identity), ("gzip;q=1.", .gzip), ("gzip;q=0.", .identity),
        // Named twice: the lower weight.
        ("gzip, gzip;q=0", .identity), ("gzip;q=0, gzip", .identity), ("br;q=0.5, br, gzip;q=0.6", .gzip),
        // Not offered.
        ("dcz", .identity), ("dcz, gzip", .gzip), ("dcb", .identity),
    ]

    @Test(arguments: cases)
    func choosesWhatTheClientLikesBest(field: String, expected: ContentCoding) {
        #expect(Self.choose([field], [.brotli, .zstd, .gzip]) == expected)
    }

    @Test func severalLinesAreOneList() {
        #expect(Self.choose(["br;q=0.5", "gzip"], [.brotli, .gzip]) == .gzip)
        #expect(Self.choose(["gzip", "*;q=0"], [.brotli, .gzip]) == .gzip)
        #expect(Self.choose([], [.brotli, .gzip]) == .identity)
    }

    @Test func choosesAmongWhatIsOffered() {
        let field = "gzip, deflate, br, zstd, dcb, dcz"
        #expect(Self.choose([field], []) == .identity)
        #expect(Self.choose([field], [.gzip]) == .gzip)
        #expect(Self.choose([field], [.zstd, .brotli, .gzip]) == .zstd)
        #expect(Self.choose([field], [.dictionaryZstd, .zstd]) == .dictionaryZstd)
        // Identity is the last, wherever it was put.
        #expect(Self.choose([field], [.identity, .gzip]) == .gzip)
        #expect(Self.choose(["gzip"], [.identity, .brotli]) == .identity)
    }

    @Test(arguments: ContentCoding.allCases)
    func acceptsEachCodingByItsToken(coding: ContentCoding) {
        #expect(Self.choose(["\(coding.token)"], ContentCoding.allCases) == coding)
    }

    @Test func readsAnyBytesWithoutHarm() {
        var generator = RepeatableGenerator(seed: 3)
        let alphabet = Array("gzipbrstdcx*;q=01.5, \t-\u{e9}\u{0}".utf8)
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0..<40, using: &generator)).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
            }
            let accepted = AcceptedCodings(ByteRange(offset: 0, length: bytes.count), in: bytes.span)
            for coding in ContentCoding.allCases { #expect((0...1000).contains(accepted.weight(of: coding))) }
        }
    }
}
