import Foundation
import Testing

@testable import ServiceStubs

struct DayTests {
    @Test(arguments: [
        ("1970-01-01", 0, 3), ("2000-02-29", 11_016, 1), ("2026-11-23", 20_780, 0), ("1969-12-31", -1, 2),
        ("2100-03-01", 47_541, 0),
    ])
    func numbersAndWeekdays(text: String, number: Int, weekday: Int) throws {
        let day = try #require(Day(text))
        #expect(day.number == number)
        #expect(day.weekday == weekday)
        #expect(Day(number: number).text == text)
    }

    @Test func everyDayOfFourCenturiesPrintsAndParses() throws {
        for number in stride(from: -100_000, through: 146_097, by: 7) {
            let day = Day(number: number)
            #expect(Day(day.text) == day)
        }
    }

    @Test(arguments: [
        "", "2026", "2026-1-1", "2026-02-29", "2026-13-01", "2026-00-10", "2026-11-31", "+026-11-01", "x",
    ])
    func refusesWhatIsNoDay(text: String) {
        #expect(Day(text) == nil)
    }

    @Test func writesForPeople() throws {
        let day = try #require(Day("2026-11-03"))
        #expect(day.long == "3 November 2026")
        #expect(day.short == "Tue 3 Nov")
        #expect(Day(Date(timeIntervalSince1970: -1)).text == "1969-12-31")
    }

    @Test(arguments: [
        ("2026-11", 30, "2026-10", "2026-12"), ("2026-12", 31, "2026-11", "2027-01"),
        ("2024-02", 29, "2024-01", "2024-03"), ("2100-02", 28, "2100-01", "2100-03"),
    ])
    func months(text: String, length: Int, before: String, after: String) throws {
        let month = try #require(Month(text))
        #expect(month.text == text)
        #expect(month.length == length)
        #expect(month.preceding.text == before)
        #expect(month.following.text == after)
    }

    @Test(arguments: ["", "2026-13", "2026-1", "2026-11-01", "26-11", "abcdefg"])
    func refusesWhatIsNoMonth(text: String) {
        #expect(Month(text) == nil)
    }
}
