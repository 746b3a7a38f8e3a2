import Testing

@testable import Gateway

@Suite struct RedisSentinelBallotTests {
    private let old = RedisTierSettings.Address.tcp(host: "old", port: 1)
    private let new = RedisTierSettings.Address.tcp(host: "new", port: 1)

    private func ballot(_ voters: Int, _ answers: [RedisTierSettings.Address?]) -> RedisSentinelBallot {
        var ballot = RedisSentinelBallot(voters: voters)
        for (index, answer) in answers.enumerated() {
            ballot.add(
                answer.map { .success($0) } ?? .failure(RedisFailure(code: .connect, message: "s\(index): away"))
            )
        }
        return ballot
    }

    @Test func moreThanHalfDecide() {
        #expect(!ballot(3, []).isDecided)
        #expect(!ballot(3, [new]).isDecided)
        #expect(ballot(3, [new, new]).isDecided)
        #expect(!ballot(4, [new, new]).isDecided)
        #expect(ballot(1, [new]).isDecided)
    }

    @Test func oneThatWasCutOffIsOutvoted() throws {
        #expect(try ballot(3, [old, new, new]).result.get() == new)
        #expect(try ballot(3, [old, nil, nil]).result.get() == old)
        // Nobody knows better.
        #expect(try ballot(4, [old, new, nil, nil]).result.get() == old)
    }

    @Test func whenNoneAnswersAllReasonsAreTold() {
        guard case .failure(let failure) = ballot(2, [nil, nil]).result else {
            Issue.record("there is a winner")
            return
        }
        #expect(failure.code == .connect)
        #expect(failure.message == "no sentinel names the master (s0: away; s1: away)")
    }
}
