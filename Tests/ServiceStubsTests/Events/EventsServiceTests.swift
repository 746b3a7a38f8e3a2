import Hummingbird
import HummingbirdTesting
import Testing

@testable import ServiceStubs

struct EventsServiceTests {
    @Test func theCalendarShowsEachDayOnce() async throws {
        let text = try await StubHarness().fragment(.events, "calendar").text
        #expect(text.contains("<caption>November 2026</caption>"))
        for day in 1...30 {
            #expect(text.count(of: "<time datetime=\"2026-11-\(day < 10 ? "0" : "")\(day)\">") == 1)
        }
        #expect(text.count(of: "<tr>") == 7)
        #expect(text.contains("<td aria-current=\"date\"><time datetime=\"2026-11-23\">"))
        #expect(text.contains("http://events.test/calendar?month=2026-10"))
        #expect(text.contains("http://events.test/events/"))
    }

    @Test(arguments: ["2026-13", "26-11", "now", "2026-1"])
    func otherMonthsAreRefused(month: String) async throws {
        let response = try await StubHarness().fragment(.events, "calendar?month=\(month)")
        #expect(response.status == .badRequest)
        #expect(response.text.contains("month"))
    }

    @Test func comingEventsComeInOrderAndAreNotPast() async throws {
        struct Item: Decodable {
            let day: String
        }
        let days = try await StubHarness().fragment(.events, "events?limit=50").decoded([Item].self).map(\.day)
        #expect(days.count >= 8)
        #expect(days == days.sorted())
        #expect(days.allSatisfy { $0 >= "2026-11-23" })
    }

    @Test func ticketsSayWhatTheyCost() async throws {
        let text = try await StubHarness().fragment(.events, "tickets?slug=harvest-supper").text
        #expect(text.contains("Sold out"))
        #expect(text.contains("£24.00"))
    }

    @Test func theWidgetIsSmallAndAnnounced() async throws {
        let text = try await StubHarness().fragment(.events, "widget?limit=2").text
        #expect(text.hasPrefix("<aside class=\"widget\""))
        #expect(text.count(of: "<li>") == 2)
    }
}
