/// What was ended in this gateway alone while the others could not be told, each target once.
struct UntoldPurges {
    /// The most records; when there are more, it is told that everything has ended.
    static let limit = 1000

    private(set) var records: [PurgeRecord] = []
    /// The place that this gateway gave to the last of them.
    private(set) var position = PurgePosition.start

    /// Adds what was ended at a place.
    mutating func insert(_ records: [PurgeRecord], at position: PurgePosition = .start) {
        self.position = max(self.position, position)
        for record in records where !self.records.contains(record) { self.records.append(record) }
        if self.records.count > Self.limit { self.records = [PurgeRecord(.everything)] }
    }

    /// Takes out what is to be told; it is put back if that fails.
    mutating func take() -> [PurgeRecord] {
        defer { self.records = [] }
        return self.records
    }
}
