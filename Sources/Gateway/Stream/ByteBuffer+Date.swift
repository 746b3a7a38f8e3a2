package import NIOCore

extension ByteBuffer {
    private static let weekdays: [StaticString] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months: [StaticString] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Writes a moment as `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7).
    ///
    /// Moments outside the years 1970 to 9999 are written as the nearest within.
    package mutating func writeDate(_ moment: Instant) {
        let seconds = Int(min(max(moment.milliseconds / 1000, 0), 253_402_300_799))
        let days = seconds / 86_400
        let time = seconds % 86_400
        // The calendar's years begin in March here, so that the leap day is the last of a year and the months' lengths
        // follow one formula (H. Hinnant, "chrono-compatible low-level date algorithms").
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 2 : shiftedMonth - 10
        let year = yearOfEra + era * 400 + (month < 2 ? 1 : 0)

        self.writeStaticString(Self.weekdays[days % 7])
        self.writeStaticString(", ")
        self.writeTwoDigits(day)
        self.writeStaticString(" ")
        self.writeStaticString(Self.months[month])
        self.writeStaticString(" ")
        self.writeTwoDigits(year / 100)
        self.writeTwoDigits(year % 100)
        self.writeStaticString(" ")
        self.writeTwoDigits(time / 3600)
        self.writeStaticString(":")
        self.writeTwoDigits(time / 60 % 60)
        self.writeStaticString(":")
        self.writeTwoDigits(time % 60)
        self.writeStaticString(" GMT")
    }

    private mutating func writeTwoDigits(_ number: Int) {
        self.writeInteger(UInt8(truncatingIfNeeded: 0x30 + number / 10))
        self.writeInteger(UInt8(truncatingIfNeeded: 0x30 + number % 10))
    }
}

extension Instant {
    /// The moment as a header's value (RFC 9110, section 5.6.7).
    package var httpDate: String {
        var buffer = ByteBuffer()
        buffer.writeDate(self)
        return String(buffer: buffer)
    }
}
