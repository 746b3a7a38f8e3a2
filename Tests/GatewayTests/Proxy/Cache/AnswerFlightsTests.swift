import NIOCore
import NIOEmbedded
import Testing

@testable import Gateway

@Suite struct AnswerFlightsTests {
    @Test("the first asks, the others wait and are told once")
    func waiting() {
        let loop = EmbeddedEventLoop()
        var flights = AnswerFlights()
        var told = 0
        let began = [flights.begin("a"), flights.begin("a"), flights.begin("b")]
        #expect(began == [true, false, true])
        let waiter = AnswerFlights.Waiter(patience: .seconds(5), on: loop) { _ in told += 1 }
        flights.join("a", waiter)
        let waiters = flights.end("a")
        #expect(waiters.count == 1)
        for waiter in waiters { waiter.tell(.stored) }
        loop.advanceTime(by: .seconds(10))
        #expect(told == 1)
        #expect(!flights.contains("a"))
        #expect(flights.contains("b"))
    }

    @Test("a waiter's patience ends, and one that has left hears nothing")
    func patience() {
        let loop = EmbeddedEventLoop()
        var landings: [String] = []
        let patient = AnswerFlights.Waiter(patience: .seconds(5), on: loop) { landings.append("\($0)") }
        let gone = AnswerFlights.Waiter(patience: .seconds(5), on: loop) { landings.append("gone \($0)") }
        gone.leave()
        loop.advanceTime(by: .seconds(4))
        #expect(landings.isEmpty)
        loop.advanceTime(by: .seconds(2))
        #expect(landings == ["unshared"])
        patient.tell(.stored)
        gone.tell(.stored)
        #expect(landings == ["unshared"])
    }
}
