import Foundation

/// A day of the Gregorian calendar, without a time zone.
struct Day: Sendable, Hashable, Comparable {
    /// Days since 1 January 1970.
    let number: Int

    init(number: Int) {
        self.number = number
    }

    /// The day on which a moment falls in UTC.
    init(_ moment: Date) {
        number = Int((moment.timeIntervalSince1970 / 86_400).rounded(.down))
    }

    /// A day by its date, by the days-from-civil algorithm of Howard Hinnant; the year begins in March in it.
    init(year: Int, month: Int, day: Int) {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        number = era * 146_097 + dayOfEra - 719_468
    }

    /// A day from `2026-11-23`; none when the text is not a date that exists.
    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard text.count == 10, parts.count == 3, let year = parts[0], let month = parts[1], let day = parts[2],
            (1...9_999).contains(year), (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        self.init(year: year, month: month, day: day)
        guard self.text == text else { return nil }
    }

    static func < (left: Day, right: Day) -> Bool { left.number < right.number }
    static func + (left: Day, right: Int) -> Day { Day(number: left.number + right) }

    /// Year, month 1…12 and day 1…31.
    var date: (year: Int, month: Int, day: Int) {
        let shifted = number + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (
            yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        )
    }

    /// 0 for Monday to 6 for Sunday.
    var weekday: Int { ((number + 3) % 7 + 7) % 7 }

    /// `2026-11-23`.
    var text: String {
        let (year, month, day) = date
        return String(format: "%04d-%02d-%02d", year, month, day)
    }

    /// `23 November 2026`.
    var long: String { "\(date.day) \(Month.names[date.month - 1]) \(date.year)" }

    /// `Mon 23 Nov`.
    var short: String {
        "\(Self.weekdays[weekday].prefix(3)) \(date.day) \(Month.names[date.month - 1].prefix(3))"
    }

    /// The day as a `time` element.
    var markup: Markup { "<time datetime=\"\(text)\">\(long)</time>" }

    /// The month in which the day lies.
    var month: Month { Month(year: date.year, month: date.month) }

    /// The days of the week, from Monday.
    static let weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
}

/// A month of a year.
struct Month: Sendable, Hashable {
    let year: Int
    let month: Int

    init(year: Int, month: Int) {
        self.year = year
        self.month = month
    }

    /// A month from `2026-11`; none when the text is not one.
    init?(_ text: String) {
        guard let first = Day(text + "-01") else { return nil }
        self = first.month
    }

    /// Its first day.
    var first: Day { Day(year: year, month: month, day: 1) }

    /// How many days it has.
    var length: Int { following.first.number - first.number }

    /// The month after it.
    var following: Month { Month(year: month == 12 ? year + 1 : year, month: month == 12 ? 1 : month + 1) }

    /// The month before it.
    var preceding: Month { Month(year: month == 1 ? year - 1 : year, month: month == 1 ? 12 : month - 1) }

    /// `2026-11`.
    var text: String { String(first.text.prefix(7)) }

    /// `November 2026`.
    var long: String { "\(Self.names[month - 1]) \(year)" }

    /// The months' names, from January.
    static let names = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
}
