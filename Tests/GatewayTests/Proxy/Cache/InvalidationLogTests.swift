import Testing

@testable import Gateway

@Suite struct InvalidationLogTests {
    @Test("an answer that was on its way when its address was ended is not stored")
    func order() {
        var log = InvalidationLog()
        #expect(log.allows("a", askedFor: AnswerSample.at(0)))
        log.insert("a", at: AnswerSample.at(10))
        #expect(!log.allows("a", askedFor: AnswerSample.at(9)))
        #expect(!log.allows("a", askedFor: AnswerSample.at(10)))
        #expect(log.allows("a", askedFor: AnswerSample.at(11)))
        #expect(log.allows("b", askedFor: AnswerSample.at(9)))
    }

    @Test("when there are too many, nothing that is on its way is stored")
    func overflow() {
        var log = InvalidationLog()
        for number in 0...InvalidationLog.limit { log.insert("\(number)", at: AnswerSample.at(number)) }
        let last = InvalidationLog.limit
        #expect(!log.allows("0", askedFor: AnswerSample.at(last)))
        #expect(!log.allows("never ended", askedFor: AnswerSample.at(last)))
        #expect(log.allows("0", askedFor: AnswerSample.at(last + 1)))
        #expect(!log.allows("\(last)", askedFor: AnswerSample.at(last)))
    }
}
