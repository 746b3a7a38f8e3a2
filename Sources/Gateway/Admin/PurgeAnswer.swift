/// What an operator is told of a purge.
struct PurgeAnswer: Codable, Equatable {
    /// What was ended, as ``PurgeTarget/description`` spells it.
    var purged: [String]
    /// `soft` or `hard`.
    var mode: String
    /// The place of the purge in the order of all.
    var position: String
    /// The gateways that live.
    var gateways: Int
    /// Those that had not taken it in when the answer was given.
    var late: [String]

    init(_ receipt: PurgeReceipt) {
        self.purged = receipt.records.map(\.target.description)
        self.mode = receipt.records.first?.mode.rawValue ?? PurgeRecord.Mode.hard.rawValue
        self.position = receipt.position.description
        self.gateways = receipt.gateways
        self.late = receipt.late
    }
}
