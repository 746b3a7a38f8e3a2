import NIOCore
import Testing

@testable import Gateway

@Suite struct RedisCommandQueueTests {
    private func time(_ milliseconds: Int64) -> NIODeadline {
        .uptimeNanoseconds(1_000_000_000) + .milliseconds(milliseconds)
    }

    private func queue(_ count: Int) -> RedisCommandQueue<Int> {
        var queue = RedisCommandQueue<Int>(patience: .milliseconds(100))
        for number in 0..<count { queue.append(number, deadline: time(20 + Int64(number))) }
        return queue
    }

    private func taken(_ reply: RedisCommandQueue<Int>.Reply) -> String {
        switch reply {
        case .command(let number): "\(number)"
        case .late: "late"
        case .unexpected: "unexpected"
        }
    }

    @Test func givesCommandsInOrder() {
        var queue = queue(2)
        #expect(queue.nextDeadline == time(20))
        #expect(taken(queue.takeReplied()) == "0")
        #expect(queue.nextDeadline == time(21))
        #expect(taken(queue.takeReplied()) == "1")
        #expect(queue.nextDeadline == nil)
        #expect(taken(queue.takeReplied()) == "unexpected")
    }

    @Test func givesUpWhatIsOverdueAndKeepsItsPlace() {
        var queue = queue(3)
        #expect(queue.takeExpired(at: time(19)) == [])
        #expect(!queue.isSlow)
        #expect(queue.takeExpired(at: time(21)) == [0, 1])
        #expect(queue.isSlow)
        #expect(queue.head == nil)
        #expect(queue.nextDeadline == time(22))
        #expect(queue.takeExpired(at: time(21)) == [])
        #expect(taken(queue.takeReplied()) == "late")
        #expect(queue.isSlow)
        #expect(taken(queue.takeReplied()) == "late")
        #expect(!queue.isSlow)
        #expect(queue.head == 2)
        #expect(taken(queue.takeReplied()) == "2")
    }

    @Test func losesHopeAfterAStall() {
        var queue = queue(1)
        #expect(queue.takeExpired(at: time(20)) == [0])
        #expect(queue.nextDeadline == time(120))
        #expect(!queue.isHopeless(at: time(119)))
        #expect(queue.isHopeless(at: time(120)))
    }

    @Test func losesHopeAfterThreeSlowSpells() {
        var queue = RedisCommandQueue<Int>(patience: .seconds(100))
        for spell: Int64 in 0..<3 {
            queue.append(0, deadline: time(spell))
            #expect(queue.takeExpired(at: time(spell)) == [0])
            #expect(queue.isHopeless(at: time(spell)) == (spell == 2))
            _ = queue.takeReplied()
        }
    }

    @Test func takesHopeFromAReplyInTime() {
        var queue = RedisCommandQueue<Int>(patience: .seconds(100))
        for spell: Int64 in 0..<10 {
            queue.append(0, deadline: time(spell * 10))
            #expect(queue.takeExpired(at: time(spell * 10)) == [0])
            #expect(!queue.isHopeless(at: time(spell * 10)))
            _ = queue.takeReplied()
            queue.append(1, deadline: time(spell * 10 + 5))
            #expect(taken(queue.takeReplied()) == "1")
        }
    }

    @Test func givesAllThatWaitWhenTheConnectionEnds() {
        var queue = queue(3)
        _ = queue.takeExpired(at: time(20))
        #expect(queue.takeAll() == [1, 2])
        #expect(queue.count == 0)
        #expect(!queue.isSlow)
    }
}
