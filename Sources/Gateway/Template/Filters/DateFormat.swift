/// The filter `date`: a part of what `strftime` knows, in English.
enum DateFormat {
    /// What is printed without a format: `23 November 2026`.
    static let standard = "%-d %B %Y"

    /// The directives, for error messages.
    static let directives = "%Y %y %m %-m %B %b %d %-d %e %j %A %a %u %H %-H %I %-I %M %S %p %z %F %T %%"

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
    private static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]

    /// The first directive of a format that does not exist.
    static func unknownDirective(in format: String) -> String? {
        var unknown: String?
        _ = expand(format) { directive in
            let isKnown = directives.split(separator: " ").contains("%\(directive)")
            if !isKnown, unknown == nil { unknown = "%\(directive)" }
            return ""
        }
        return unknown
    }

    /// A date in a format; directives that do not exist are left as they are.
    static func text(of date: CivilDate, _ format: String) -> String {
        expand(format) { text(of: $0, date) ?? "%\($0)" }
    }

    private static func expand(_ format: String, _ replace: (String) -> String) -> String {
        var text = ""
        var rest = Substring(format)
        while let character = rest.popFirst() {
            guard character == "%" else {
                text.append(character)
                continue
            }
            var directive = rest.popFirst().map { String($0) } ?? ""
            if directive == "-", let next = rest.popFirst() { directive.append(next) }
            text += replace(directive)
        }
        return text
    }

    private static func text(of directive: String, _ date: CivilDate) -> String? {
        switch directive {
        case "Y": padded(date.year, 4)
        case "y": padded(date.year % 100, 2)
        case "m": padded(date.month, 2)
        case "-m": String(date.month)
        case "B": months[date.month - 1]
        case "b": String(months[date.month - 1].prefix(3))
        case "d": padded(date.day, 2)
        case "-d": String(date.day)
        case "e": date.day < 10 ? " \(date.day)" : String(date.day)
        case "j": padded(date.dayOfYear, 3)
        case "A": weekdays[date.weekday]
        case "a": String(weekdays[date.weekday].prefix(3))
        case "u": String(date.weekday == 0 ? 7 : date.weekday)
        case "H": padded(date.hour, 2)
        case "-H": String(date.hour)
        case "I": padded((date.hour + 11) % 12 + 1, 2)
        case "-I": String((date.hour + 11) % 12 + 1)
        case "M": padded(date.minute, 2)
        case "S": padded(date.second, 2)
        case "p": date.hour < 12 ? "AM" : "PM"
        case "z": (date.offset < 0 ? "-" : "+") + padded(abs(date.offset) / 60, 2) + padded(abs(date.offset) % 60, 2)
        case "F": "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
        case "T": "\(padded(date.hour, 2)):\(padded(date.minute, 2)):\(padded(date.second, 2))"
        case "%": "%"
        default: nil
        }
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}

extension Value {
    /// The date that the value tells, in a format; none when it tells none.
    ///
    /// A text is read by RFC 3339 and told in its own zone, a number is seconds since the Unix epoch told in UTC.
    func formattedDate(_ format: String) -> Value {
        let date: CivilDate? =
            switch self {
            case .string(let text), .markup(let text): CivilDate(text)
            case .integer(let seconds): CivilDate(secondsSinceEpoch: seconds)
            case .number(let seconds):
                Int(exactly: seconds.rounded(.down)).flatMap { CivilDate(secondsSinceEpoch: $0) }
            default: nil
            }
        return date.map { .string(DateFormat.text(of: $0, format)) } ?? .none
    }
}
