import NIOCore
import TestSupport
import Testing

@testable import Gateway

@Suite struct PersonalDeflaterTests {
    private typealias Piece = (text: [UInt8], nature: PieceNature)

    /// What a page is answered with: out of memory where that is possible, written from its bytes elsewhere.
    private static func answer(
        _ pieces: [Piece],
        by deflater: PersonalDeflater
    ) throws -> (bytes: [UInt8], wasRemembered: Bool) {
        let page = PageSample(pieces)
        // Something in front, as a head is.
        var output = ByteBuffer(string: "head")
        let isRemembered = try deflater.writeRemembered(page.recipe, personal: page.personal, into: &output)
        if !isRemembered {
            #expect(output.readableBytes == 4)
            try deflater.write(page.bytes, page.recipe, into: &output)
        }
        output.moveReaderIndex(forwardBy: 4)
        return (output.bytes, isRemembered)
    }

    private static func deflater(budget: Int = 8 << 20) throws -> PersonalDeflater {
        try PersonalDeflater(level: 6, memo: CompressedMemo(budget: budget))
    }

    private static func markup(_ count: Int, seed: UInt64) -> [UInt8] {
        var generator = SeededGenerator(seed: seed)
        return Array(SampleTexts.markup(count, using: &generator).prefix(count))
    }

    private static func noise(_ count: Int, seed: UInt64) -> [UInt8] {
        var generator = SeededGenerator(seed: seed)
        return SampleTexts.noise(count, using: &generator)
    }

    /// Pages that share runs, with personal parts that are new in each answer: what is remembered must fit all of them.
    @Test(arguments: [64 << 10, 8 << 20])
    func everyAnswerIsThePageItself(budget: Int) throws {
        var generator = SeededGenerator(seed: UInt64(budget))
        let deflater = try Self.deflater(budget: budget)
        let shared = (0..<12).map { _ in Array(SampleTexts.any(using: &generator).prefix(40_000)) }
        let lengths = [0, 1, 64, 65, 700, 2000, 9000, 40_000]
        var answers: [[UInt8]] = []
        var pages: [[UInt8]] = []
        var remembered = 0
        for _ in 0..<25 {
            var natures: [(index: Int, nature: PieceNature)] = []
            for _ in 0..<Int.random(in: 1..<9, using: &generator) {
                let nature: PieceNature = [.common, .common, .reflecting, .personal][
                    Int.random(in: 0..<4, using: &generator)
                ]
                natures.append((Int.random(in: 0..<12, using: &generator), nature))
            }
            // Personal parts of the same lengths now and then, so that each form of a run has its turn.
            for _ in 0..<4 {
                let pieces = natures.map { index, nature -> Piece in
                    guard nature == .personal else { return (shared[index], nature) }
                    let length = lengths[(index + Int.random(in: 0..<2, using: &generator)) % lengths.count]
                    let isNoise = Bool.random(using: &generator)
                    let text =
                        isNoise
                        ? SampleTexts.noise(length, using: &generator)
                        : Array(SampleTexts.markup(length, using: &generator).prefix(length))
                    return (text, nature)
                }
                let answer = try Self.answer(pieces, by: deflater)
                answers.append(answer.bytes)
                pages.append(Array(pieces.map(\.text).joined()))
                if answer.wasRemembered { remembered += 1 }
            }
        }
        #expect(try gunzip(answers) == pages)
        #expect(remembered > 10)
    }

    @Test func whatIsSharedIsDeflatedForItsPlaceOnceItIsWantedAgain() throws {
        let deflater = try Self.deflater()
        let shared = Self.markup(6000, seed: 1)
        func page(_ number: UInt64) -> [Piece] {
            [(shared, .common), (Self.markup(500, seed: number), .personal), (shared, .common)]
        }
        let answers = try (10..<15).map { try Self.answer(page($0), by: deflater) }
        #expect(answers.map(\.wasRemembered) == [false, false, true, true, true])
        // The run after the personal part repeats the one before it, and refers to it over the part.
        #expect(answers[2].bytes.count < answers[0].bytes.count * 6 / 10)
        #expect(try gunzip(answers.map(\.bytes)) == (10..<15).map { Array(page($0).map(\.text).joined()) })
    }

    @Test func anotherLengthIsAnsweredOutOfMemoryAtOnce() throws {
        let deflater = try Self.deflater()
        let shared = Self.markup(6000, seed: 1)
        func answer(_ length: Int) throws -> (bytes: [UInt8], wasRemembered: Bool) {
            try Self.answer(
                [(shared, .common), (Self.markup(length, seed: 2), .personal), (shared, .common)],
                by: deflater
            )
        }
        // Each of these lengths is new, but the run that occurs twice has been seen again in the first page already.
        let varied = try (100..<110).map { try answer($0) }
        #expect(varied.map(\.wasRemembered) == [false] + [Bool](repeating: true, count: 9))
        // A length that comes back has its own form from the second time on.
        let again = try answer(105)
        #expect(!again.wasRemembered)
        #expect(try answer(105).wasRemembered)
        #expect(again.bytes.count < varied[5].bytes.count * 6 / 10)
    }

    @Test func aPersonalPartRefersToCommonTextRightBeforeIt() throws {
        let secret = Self.noise(1000, seed: 3)
        func length(_ before: Piece) throws -> Int {
            try Self.answer([before, (secret, .personal)], by: Self.deflater()).bytes.count
        }
        let other = Self.noise(1000, seed: 4)
        #expect(try length((secret, .common)) < length((other, .common)) - 900)
        // What a request may have chosen tells nothing of what is personal.
        #expect(try length((secret, .reflecting)) == length((other, .reflecting)))
    }

    @Test func theSameTextMayBeCommonHereAndChosenThere() throws {
        let deflater = try Self.deflater()
        let text = Self.noise(1000, seed: 5)
        for _ in 0..<3 { _ = try Self.answer([(text, .common), ([1, 2, 3], .personal)], by: deflater) }
        let reflected = try Self.answer([(text, .reflecting), (text, .personal)], by: deflater)
        #expect(reflected.wasRemembered)
        #expect(reflected.bytes.count > 2000)
    }

    /// Guesses at what is personal, wherever they stand, do not make an answer shorter.
    @Test func nothingRefersToWhatIsPersonal() throws {
        let secret = Self.noise(1000, seed: 6)
        let miss = Self.noise(1000, seed: 7)
        let shared = Self.markup(3000, seed: 8)
        let pages: [([UInt8]) -> [Piece]] = [
            { [(shared, .common), (secret, .personal), ($0, .common)] },
            { [(shared, .common), (secret, .personal), ($0, .reflecting)] },
            { [(shared, .common), (secret, .personal), ($0, .personal)] },
            { [(shared, .common), (secret, .personal), (shared, .common), ($0, .reflecting)] },
            { [(shared, .common), (secret, .personal), (shared, .common), ($0, .personal)] },
            { [($0, .reflecting), (secret, .personal), (shared, .common)] },
            { [($0, .personal), (secret, .personal), (shared, .common)] },
        ]
        for (number, page) in pages.enumerated() {
            let deflaters = (try Self.deflater(), try Self.deflater())
            // The first answer, the second, and those out of memory have forms of their own.
            for round in 0..<4 {
                let guessed = try Self.answer(page(secret), by: deflaters.0).bytes.count
                let missed = try Self.answer(page(miss), by: deflaters.1).bytes.count
                // A reference would save nearly all of the 1,000 bytes; noise has a few short repetitions by chance.
                #expect(abs(guessed - missed) < 50, "page \(number), answer \(round)")
            }
        }
    }

    /// A shared run with the very byte that stands for personal ones must not refer to them.
    @Test func textsWithTheByteOfTheGapsComeBack() throws {
        let deflater = try Self.deflater()
        let gaps = [UInt8](repeating: 0xff, count: 500)
        let pieces: [Piece] = [
            (Self.markup(100, seed: 1), .common), (Self.markup(600, seed: 2), .personal), (gaps, .common),
            (gaps, .personal), (gaps + [0], .common),
        ]
        let answers = try (0..<4).map { _ in try Self.answer(pieces, by: deflater).bytes }
        #expect(try gunzip(answers) == answers.map { _ in Array(pieces.map(\.text).joined()) })
    }

    @Test func partsOfAFewBytesAreStored() throws {
        let deflater = try Self.deflater()
        let token = Self.noise(64, seed: 9)
        let before = Self.markup(1000, seed: 1)
        let pages: [[Piece]] = [[(before, .common)], [(before, .common), (token, .personal)]]
        let lengths = try pages.map { try Self.answer($0, by: deflater).bytes.count }
        // The header of a stored block has 5 bytes (RFC 1951, section 3.2.4).
        #expect(lengths[1] - lengths[0] <= 64 + 5)
    }

    @Test func keepsToItsBudget() throws {
        let memo = CompressedMemo(budget: 256 << 10)
        let deflater = try PersonalDeflater(level: 6, memo: memo)
        for number in 0..<60 as Range<UInt64> {
            let shared = Self.noise(8000, seed: number)
            for _ in 0..<2 { _ = try Self.answer([(shared, .common), ([1], .personal)], by: deflater) }
            #expect(memo.bytes <= memo.budget)
        }
        #expect(memo.counters.evictions > 0)
    }
}
