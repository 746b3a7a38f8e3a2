/// Reads the dates of HTTP (RFC 9110, section 5.6.7).
enum HTTPDate {
    /// The moment of a date in any of the three forms; nil when it is none.
    ///
    /// - Parameters:
    ///   - text: the field's value.
    ///   - now: the moment by which a year of two digits is placed: one that seems more than 50 years ahead is in the
    ///     past.
    /// - Returns: the moment, which may lie before the epoch.
    static func parse(_ text: String, now: Instant) -> Instant? {
        let parts = text.split(separator: " ")
        switch parts.count {
        case 6:
            // Sun, 06 Nov 1994 08:49:37 GMT
            guard parts[0].hasSuffix(","), Self.weekdays.contains(parts[0].dropLast()), parts[5] == "GMT",
                let day = Self.number(parts[1], digits: 2), let month = Self.month(parts[2]),
                let year = Self.number(parts[3], digits: 4)
            else { return nil }
            return Self.instant(year: year, month: month, day: day, time: parts[4])
        case 5:
            // Sun Nov  6 08:49:37 1994
            guard Self.weekdays.contains(parts[0]), let month = Self.month(parts[1]),
                let day = Self.number(parts[2], digits: parts[2].utf8.count == 1 ? 1 : 2),
                let year = Self.number(parts[4], digits: 4)
            else { return nil }
            return Self.instant(year: year, month: month, day: day, time: parts[3])
        case 4:
            // Sunday, 06-Nov-94 08:49:37 GMT
            let date = parts[1].split(separator: "-", omittingEmptySubsequences: false)
            guard parts[0].hasSuffix("day,"), Self.weekdays.contains(parts[0].prefix(3)), parts[3] == "GMT",
                date.count == 3, let day = Self.number(date[0], digits: 2), let month = Self.month(date[1]),
                let shortYear = Self.number(date[2], digits: 2)
            else { return nil }
            let thisYear = Self.year(of: now)
            var year = thisYear - thisYear % 100 + shortYear
            if year > thisYear + 50 { year -= 100 }
            return Self.instant(year: year, month: month, day: day, time: parts[2])
        default:
            return nil
        }
    }

    private static let weekdays: [Substring] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    private static let months: [Substring] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private static func month(_ text: Substring) -> Int? {
        self.months.firstIndex(of: text).map { $0 + 1 }
    }

    private static func number(_ text: Substring, digits: Int) -> Int? {
        guard text.utf8.count == digits, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
        return Int(text)
    }

    private static func instant(year: Int, month: Int, day: Int, time: Substring) -> Instant? {
        let parts = time.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let hour = Self.number(parts[0], digits: 2), hour < 24,
            let minute = Self.number(parts[1], digits: 2), minute < 60,
            // 60 is a leap second.
            let second = Self.number(parts[2], digits: 2), second <= 60,
            day >= 1, day <= Self.days(in: month, of: year)
        else { return nil }
        let seconds = Self.days(before: year, month: month, day: day) * 86400 + hour * 3600 + minute * 60 + second
        return Instant(milliseconds: Int64(seconds) * 1000)
    }

    private static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days from the epoch, in the calendar whose years begin in March, so that the leap day is the last of a year.
    private static func days(before year: Int, month: Int, day: Int) -> Int {
        let marchYear = month <= 2 ? year - 1 : year
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let century = Self.floorDivide(marchYear, 100)
        return 365 * marchYear + Self.floorDivide(marchYear, 4) - century + Self.floorDivide(century, 4) + dayOfYear
            - 719_468
    }

    /// The year of a moment; the length of a year is exact enough to place one of two digits.
    private static func year(of instant: Instant) -> Int {
        1970 + Int(instant.milliseconds / 31_556_952_000)
    }

    private static func floorDivide(_ dividend: Int, _ divisor: Int) -> Int {
        dividend >= 0 ? dividend / divisor : -((divisor - 1 - dividend) / divisor)
    }
}
