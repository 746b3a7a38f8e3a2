import Hiredis

/// Which master of a cluster answers for which hash slot; pure.
struct RedisSlotMap: Equatable {
    typealias Address = RedisTierSettings.Address

    /// The masters, each once.
    private(set) var masters: [Address] = []
    /// For each slot the number of its master; nil for a slot that nobody answers for.
    private var owners = [Int?](repeating: nil, count: RedisHashSlot.count)

    /// A map on which nobody answers for anything.
    init() {}

    /// Reads a reply to `CLUSTER SLOTS`; nil when it is no such reply.
    ///
    /// - Parameters:
    ///   - reply: ranges of slots, each with its master and the replicas after it.
    ///   - address: who was asked; its host is meant where the reply names none.
    init?(_ reply: RedisReply, askedAt address: Address) {
        guard let ranges = reply.elements else { return nil }
        for range in ranges {
            guard let parts = range.elements, parts.count >= 3,
                case .integer(let first) = parts[0], case .integer(let last) = parts[1],
                first >= 0, first <= last, last < RedisHashSlot.count,
                let master = parts[2].elements, master.count >= 2,
                case .integer(let port) = master[1], (1...65_535).contains(port)
            else { return nil }
            let owner = Address.tcp(host: master[0].text ?? "", port: Int(port)).completed(by: address)
            let number = self.number(of: owner)
            for slot in first...last { self.owners[Int(slot)] = number }
        }
    }

    /// Whether nobody answers for anything.
    var isEmpty: Bool { self.masters.isEmpty }

    /// Who answers for a slot.
    func owner(of slot: Int) -> Address? { self.owners[slot].map { self.masters[$0] } }

    /// Takes down that a slot has another master.
    mutating func assign(_ slot: Int, to address: Address) { self.owners[slot] = self.number(of: address) }

    private mutating func number(of master: Address) -> Int {
        if let known = self.masters.firstIndex(of: master) { return known }
        self.masters.append(master)
        return self.masters.count - 1
    }
}
