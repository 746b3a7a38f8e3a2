import Curl
import Testing

@testable import Gateway

struct CircuitBreakerOutcomeTests {
    private typealias Outcome = CircuitBreakerStateMachine.Outcome

    @Test(
        arguments: [
            (200, .success), (204, .success), (304, .success), (302, .success), (404, .success), (499, .success),
            (500, .failure), (502, .failure), (503, .failure), (599, .failure),
        ] as [(Int, CircuitBreakerStateMachine.Outcome)]
    )
    func errorsOfTheServiceAreFailures(status: Int, expected: CircuitBreakerStateMachine.Outcome) {
        #expect(Outcome(.success(status), hadTime: true) == expected)
    }

    @Test(
        arguments: [
            (.timeout, .requested, .failure, .neutral), (.timeout, .answered, .failure, .reachable),
            (.timeout, .unconnected, .unreachable, .unreachable), (.connect, .unconnected, .unreachable, .unreachable),
            (.reset, .requested, .unreachable, .unreachable), (.reset, .answered, .failure, .reachable),
            (.protocolError, .answered, .failure, .reachable), (.tooLarge, .answered, .neutral, .reachable),
            (.cancelled, .requested, .neutral, .neutral), (.invalidRequest, .unconnected, .neutral, .neutral),
        ]
            as [(
                TransferError.Code, TransferError.Progress, CircuitBreakerStateMachine.Outcome,
                CircuitBreakerStateMachine.Outcome
            )]
    )
    func whatFailuresTell(
        code: TransferError.Code,
        progress: TransferError.Progress,
        ofFragment: CircuitBreakerStateMachine.Outcome,
        ofStream: CircuitBreakerStateMachine.Outcome
    ) {
        let error = TransferError(code, "", progress: progress)
        #expect(Outcome(.failure(error), hadTime: true) == ofFragment)
        #expect(Outcome(stream: .failure(error)) == ofStream)
        // One that was cut short by its asker says nothing about how slow the service is.
        let cutShort = Outcome(.failure(error), hadTime: false)
        #expect(cutShort == (code == .timeout ? .neutral : ofFragment))
    }

    @Test func aStreamsErrorsAreNotTheFragments() {
        let summary = TransferSummary(receivedBytes: 0, sentBytes: 0, elapsed: .zero, reusedConnection: false)
        #expect(Outcome(stream: .success(summary)) == .reachable)
    }

    @Test func aKeptConnectionMayBeClosed() {
        let error = TransferError(.reset, "", progress: .requested, brokeKeptConnection: true)
        #expect(Outcome(.failure(error), hadTime: true) == .neutral)
        #expect(Outcome(stream: .failure(error)) == .neutral)
    }
}
