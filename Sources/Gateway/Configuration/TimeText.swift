/// A duration as the configuration writes it, in whole milliseconds.
struct TimeText: Equatable, CustomStringConvertible {
    private static let units: [(name: String, milliseconds: Int64)] = [
        ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
    ]

    let duration: Duration

    init(duration: Duration) {
        self.duration = duration
    }

    /// Reads `250ms`, `30s`, `5m`, `1h`, `1d` or `0`; `nil` for anything else and for what does not fit.
    init?(_ text: String) {
        guard text != "0" else {
            self.init(duration: .zero)
            return
        }
        for unit in Self.units where text.hasSuffix(unit.name) {
            let digits = text.dropLast(unit.name.count)
            guard PlainASCII.isDigits(digits), let count = Int64(digits) else { return nil }
            let (milliseconds, overflow) = count.multipliedReportingOverflow(by: unit.milliseconds)
            guard !overflow else { return nil }
            self.init(duration: .milliseconds(milliseconds))
            return
        }
        return nil
    }

    /// The same in the largest unit that divides it.
    var description: String {
        let milliseconds = duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000
        for unit in Self.units.reversed() where milliseconds != 0 && milliseconds.isMultiple(of: unit.milliseconds) {
            return "\(milliseconds / unit.milliseconds)\(unit.name)"
        }
        return "0"
    }
}
