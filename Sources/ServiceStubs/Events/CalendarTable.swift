/// A month as a table with a row for each week and links to its events and to the months around it.
struct CalendarTable {
    let month: Month
    let today: Day
    let events: [Event]
    let links: Links

    var markup: Markup {
        let heads = Day.weekdays.map { day -> Markup in
            "<th scope=\"col\"><abbr title=\"\(day)\">\(String(day.prefix(3)))</abbr></th>"
        }
        let monday = month.first + -month.first.weekday
        let last = month.first + (month.length - 1)
        let weeks = stride(from: monday.number, through: last.number, by: 7).map { start -> Markup in
            "<tr>\((0..<7).map { cell(Day(number: start + $0)) })</tr>\n"
        }
        return """
            <table class="calendar">
            <caption>\(month.long)</caption>
            <thead><tr>\(heads)</tr></thead>
            <tbody>
            \(weeks)</tbody>
            </table>
            <nav class="pagination" aria-label="Months"><ul>
            <li><a rel="prev" href="\(address(month.preceding))">\(month.preceding.long)</a></li>
            <li><a rel="next" href="\(address(month.following))">\(month.following.long)</a></li>
            </ul></nav>

            """
    }

    private func cell(_ day: Day) -> Markup {
        guard day.month == month else { return "<td></td>" }
        let current: Markup = day == today ? " aria-current=\"date\"" : ""
        let entries = events.filter { $0.day == day.text }.map { event -> Markup in
            "<a href=\"\(links.to(.events, "events", event.slug))\">\(event.title)</a>"
        }
        return "<td\(current)><time datetime=\"\(day.text)\">\(day.date.day)</time>\(entries)</td>"
    }

    private func address(_ month: Month) -> String {
        links.to(.events, "calendar", query: ["month": month.text])
    }
}
