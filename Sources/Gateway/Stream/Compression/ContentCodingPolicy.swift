/// Chooses the coding of an answer among those that it can be had in.
struct ContentCodingPolicy: Sendable {
    /// The codings on offer, the best of two that a client likes equally first; identity always is, as the last.
    let offered: [ContentCoding]

    init(offered: [ContentCoding]) {
        self.offered = offered.filter { $0 != .identity }
    }

    /// The coding that the client wants most.
    ///
    /// Where it wants none of them it is identity, also when the client refuses that: an answer that it may not
    /// understand is better than none.
    func choose(_ accepted: AcceptedCodings) -> ContentCoding {
        var best = ContentCoding.identity
        var highest = 0
        for coding in self.offered {
            let weight = accepted.weight(of: coding)
            if weight > highest { (best, highest) = (coding, weight) }
        }
        return accepted.weight(of: .identity) > highest ? .identity : best
    }
}
