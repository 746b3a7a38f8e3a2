import Testing

@testable import Gateway

@Suite struct InvalidationLogTests {
    private static func key(_ number: Int) -> CacheKey { CacheKey(high: 0, low: UInt64(number)) }

    @Test("an answer that was on its way when its address was ended is not stored")
    func order() {
        var log = InvalidationLog()
        #expect(log.allows(Self.key(1), askedFor: AnswerSample.at(0)))
        log.insert(Self.key(1), at: AnswerSample.at(10))
        #expect(!log.allows(Self.key(1), askedFor: AnswerSample.at(9)))
        #expect(!log.allows(Self.key(1), askedFor: AnswerSample.at(10)))
        #expect(log.allows(Self.key(1), askedFor: AnswerSample.at(11)))
        #expect(log.allows(Self.key(2), askedFor: AnswerSample.at(9)))
    }

    @Test("when there are too many, nothing that is on its way is stored")
    func overflow() {
        var log = InvalidationLog()
        let last = InvalidationLog.limit
        for number in 0...last { log.insert(Self.key(number), at: AnswerSample.at(number)) }
        #expect(!log.allows(Self.key(0), askedFor: AnswerSample.at(last)))
        #expect(!log.allows(Self.key(last + 1), askedFor: AnswerSample.at(last)))
        #expect(log.allows(Self.key(0), askedFor: AnswerSample.at(last + 1)))
        #expect(!log.allows(Self.key(last), askedFor: AnswerSample.at(last)))
    }
}
