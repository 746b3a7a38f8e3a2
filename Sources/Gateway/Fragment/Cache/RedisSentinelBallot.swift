/// What the sentinels answer when they are asked for the master; pure.
///
/// One that was cut off from the others names the old master still, so it is the one that most of them name.
struct RedisSentinelBallot {
    typealias Address = RedisTierSettings.Address

    private let voters: Int
    /// The servers that were named, in the order in which they first were.
    private var votes: [(address: Address, count: Int)] = []
    private var failures: [RedisFailure] = []

    /// - Parameter voters: how many sentinels there are.
    init(voters: Int) { self.voters = voters }

    /// Takes the answer of a sentinel.
    mutating func add(_ answer: Result<Address, RedisFailure>) {
        switch answer {
        case .failure(let failure): self.failures.append(failure)
        case .success(let address):
            if let index = self.votes.firstIndex(where: { $0.address == address }) {
                self.votes[index].count += 1
            } else {
                self.votes.append((address, 1))
            }
        }
    }

    /// Whether what the others say makes no difference.
    var isDecided: Bool { self.votes.contains { $0.count * 2 > self.voters } }

    /// The server that was named most, the first of those when there are several.
    var result: Result<Address, RedisFailure> {
        var winner: (address: Address, count: Int)?
        for vote in self.votes where vote.count > winner?.count ?? 0 { winner = vote }
        if let winner { return .success(winner.address) }
        let reasons = self.failures.map(\.message).joined(separator: "; ")
        return .failure(RedisFailure(code: .connect, message: "no sentinel names the master (\(reasons))"))
    }
}
