/// A day and a time of day, with the distance to UTC at which it is told.
struct CivilDate: Hashable, Sendable {
    var year: Int
    var month: Int
    var day: Int
    var hour = 0
    var minute = 0
    var second = 0
    /// Minutes east of UTC.
    var offset = 0

    /// A moment in UTC, in seconds since the Unix epoch; nil when it is beyond the years 0 to 9999.
    init?(secondsSinceEpoch seconds: Int) {
        guard (-62_167_219_200...253_402_300_799).contains(seconds) else { return nil }
        let (days, rest) = seconds.quotientAndRemainder(dividingBy: 86_400)
        let (day, second) = rest < 0 ? (days - 1, rest + 86_400) : (days, rest)
        // The algorithm `civil_from_days` of Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        self.day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        self.month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        self.year = yearOfEra + era * 400 + (self.month <= 2 ? 1 : 0)
        self.hour = second / 3600
        self.minute = second / 60 % 60
        self.second = second % 60
    }

    /// A date or moment of RFC 3339, `2026-11-23` or `2026-11-23T18:30:00Z`; seconds, fractions and zone may be
    /// missing, and a month alone, `2026-11`, is its first day.
    init?(_ text: String) {
        var reader = Reader(bytes: Array(text.utf8))
        guard let year = reader.digits(4), reader.take("-"), let month = reader.digits(2) else { return nil }
        self.year = year
        self.month = month
        self.day = 1
        if reader.take("-") {
            guard let day = reader.digits(2) else { return nil }
            self.day = day
        }
        if reader.take("T") || reader.take("t") || reader.take(" ") {
            guard let hour = reader.digits(2), reader.take(":"), let minute = reader.digits(2) else { return nil }
            (self.hour, self.minute) = (hour, minute)
            if reader.take(":") {
                guard let second = reader.digits(2) else { return nil }
                self.second = second
                if reader.take(".") { reader.skipDigits() }
            }
            guard readOffset(&reader) else { return nil }
        }
        guard reader.isAtEnd, (1...12).contains(month), (1...Self.days(in: month, of: year)).contains(day),
            hour < 24, minute < 60, second <= 60
        else { return nil }
    }

    private mutating func readOffset(_ reader: inout Reader) -> Bool {
        let isEast = reader.take("+")
        guard isEast || reader.take("-") else {
            if !reader.take("Z") { _ = reader.take("z") }
            return true
        }
        guard let hours = reader.digits(2), reader.take(":"), let minutes = reader.digits(2), hours < 24, minutes < 60
        else { return false }
        offset = (hours * 60 + minutes) * (isEast ? 1 : -1)
        return true
    }

    private static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// The day in the year, from 1.
    var dayOfYear: Int { (1..<month).reduce(day) { $0 + Self.days(in: $1, of: year) } }

    /// The day of the week, 0 for Sunday.
    var weekday: Int {
        // Sakamoto's method.
        let shifts = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4]
        let year = month < 3 ? self.year - 1 : self.year
        return (year + year / 4 - year / 100 + year / 400 + shifts[month - 1] + day + 7) % 7
    }

    /// Takes the parts of a date from its text.
    private struct Reader {
        let bytes: [UInt8]
        var index = 0

        var isAtEnd: Bool { index == bytes.count }

        mutating func take(_ scalar: UnicodeScalar) -> Bool {
            guard index < bytes.count, UnicodeScalar(bytes[index]) == scalar else { return false }
            index += 1
            return true
        }

        mutating func digits(_ count: Int) -> Int? {
            guard index + count <= bytes.count, bytes[index..<(index + count)].allSatisfy(\.isASCIIDigit) else {
                return nil
            }
            defer { index += count }
            return bytes[index..<(index + count)].reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        }

        mutating func skipDigits() {
            while index < bytes.count, bytes[index].isASCIIDigit { index += 1 }
        }
    }
}
