import Testing

@testable import Gateway

struct TemplateFilterTests {
    static let roots: [RootName: Value] = [
        .site: [
            "items": [
                ["title": "beta", "n": 2, "by": ["name": "Z"], "on": true],
                ["title": "Alpha", "n": 10, "by": ["name": "Y"], "on": false],
                ["title": "beta", "n": 1, "by": ["name": "Z"]],
            ],
            "numbers": [3, 1, 2, 1], "mixed": ["b", 2, .none, true, "A", 1.5], "map": ["x": 1, "y": 2], "empty": "",
            "zero": 0,
        ],
        .now: "2026-11-23T18:05:09Z",
    ]

    @Test(arguments: [
        ("none|default(\"d\")", "d"), ("site.empty|default(\"d\")", "d"), ("site.zero|default(\"d\")", "0"),
        ("false|default(1)", "false"), ("site.missing.deep|default(site.zero)", "0"),
        ("\"ä\"|upper", "Ä"), ("\"Ä\"|lower", "ä"), ("12|upper", "12"),
        ("\"the rose's  ash-tree\"|title", "The Rose's  Ash-Tree"),
        ("\"  a b\\n\"|trim", "a b"), ("\" \"|trim", ""),
        ("\"one two three\"|truncate(8)", "one two…"), ("\"one two three\"|truncate(7)", "one…"),
        ("\"one two\"|truncate(7)", "one two"),
        ("\"longword\"|truncate(5)", "long…"), ("\"one two three\"|truncate(9, \"...\")", "one..."),
        ("\"ab\"|truncate(0)", "…"),
        ("\"one two three\"|truncate(length=9, end=\"\")", "one two"), ("\"abc\"|truncate(1, \"\")", "a"),
        ("\"a-b-c\"|replace(\"-\", \" \")", "a b c"), ("\"aaa\"|replace(\"aa\", \"b\")", "ba"),
        ("\"a\"|replace(\"\", \"b\")", "a"),
        ("\"a\"|replace(new=\"x\", old=\"a\")", "x"),
        ("[1, \"b\", none]|join(\"-\")", "1-b-"), ("[1, 2]|join", "12"), ("\"x\"|join(\",\")", "x"),
        ("site.numbers|first", "3"), ("site.numbers|last", "1"), ("[]|first", ""), ("\"héllo\"|first", "h"),
        ("12|last", ""),
        ("site.map|first", "1"), ("site.numbers|length", "4"), ("\"héllo\"|length", "5"), ("site.map|length", "2"),
        ("none|length", "0"),
        ("site.numbers|sort", "[1,1,2,3]"), ("site.numbers|sort(reverse=true)", "[3,2,1,1]"),
        ("site.items|sort(\"n\")|map(\"n\")", "[1,2,10]"), ("site.items|sort(\"title\")|map(\"n\")", "[10,2,1]"),
        ("site.items|sort(\"title\", true)|map(\"n\")", "[2,1,10]"),
        ("site.mixed|sort", "[null,true,1.5,2,\"A\",\"b\"]"),
        ("site.items|sort(\"by.name\")|map(\"title\")", "[\"Alpha\",\"beta\",\"beta\"]"), ("\"ba\"|sort", "ba"),
        ("site.numbers|reverse", "[1,2,1,3]"), ("\"abc\"|reverse", "cba"), ("site.numbers|unique", "[3,1,2]"),
        ("site.items|unique(\"title\")|map(\"n\")", "[2,10]"), ("site.items|map(\"by.name\")|join", "ZYZ"),
        ("site.items|map(\"missing\")|length", "3"), ("none|map(\"a\")", ""),
        ("site.items|where(\"title\", \"beta\")|map(\"n\")", "[2,1]"), ("site.items|where(\"on\")|length", "1"),
        ("site.items|where(\"on\", none)|length", "1"), ("site.items|where(\"by.name\", \"Y\")|length", "1"),
        ("1234567|number", "1,234,567"), ("-1234|number", "-1,234"), ("1234.5|number", "1,234.5"),
        ("1234.567|number(2)", "1,234.57"),
        ("0.5|number(0)", "1"), ("2|number(2)", "2.00"), ("\"12\"|number", "12"), ("\"x\"|number", ""),
        ("999|number", "999"),
        ("-0.001|number(2)", "0.00"), ("1.005|number(2)", "1.01"), ("0.05|number(1)", "0.1"),
        ("\"42\"|int", "42"), ("3.9|int", "3"), ("-3.9|int", "-3"), ("\"x\"|int", ""), ("1e|int", "!"),
        ("12.5|currency", "£12.50"), ("(1250 / 100)|currency(\"EUR\")", "€12.50"),
        ("-3|currency(\"usd\")", "−$3.00"), ("1500|currency(\"JPY\")", "¥1,500"),
        ("9.99|currency(\"CHF\")", "CHF\u{A0}9.99"),
        ("1234567.891|currency", "£1,234,567.89"), ("\"x\"|currency", ""), ("-0.001|currency", "£0.00"),
        ("site.map|json", "{\"x\":1,\"y\":2}"), ("\"a\\\"</b>\"|json", "\"a\\\"\\u003c/b\\u003e\""),
        ("\"a b&c/é~\"|url_encode", "a%20b%26c%2F%C3%A9~"), ("1|plural(\"item\")", "item"),
        ("2|plural(\"item\")", "items"),
        ("0|plural(\"city\", \"cities\")", "cities"), ("\"1\"|plural(\"city\", \"cities\")", "city"),
        ("\"  Crème Brûlée: l'été 2026! \"|slug", "crème-brûlée-lété-2026"), ("\"--\"|slug", ""),
        // dates
        ("now|date", "23 November 2026"),
        ("now|date(\"%A %e %b %y, %H:%M:%S %p %z\")", "Monday 23 Nov 26, 18:05:09 PM +0000"),
        ("now|date(\"%-I %I %-H %-m %m %j %u %a %F %T %%\")", "6 06 18 11 11 327 1 Mon 2026-11-23 18:05:09 %"),
        ("\"2026-02-01\"|date(\"%-d/%-m\")", "1/2"), ("\"2026-11\"|date(\"%B %Y\")", "November 2026"),
        ("\"2026-01-01T00:30:00+01:30\"|date(\"%F %H:%M %z\")", "2026-01-01 00:30 +0130"),
        ("\"2026-01-01 00:30\"|date(\"%H:%M %Y\")", "00:30 2026"),
        ("\"2026-01-01T00:00:00.123Z\"|date(\"%Y\")", "2026"),
        ("0|date(\"%F %T\")", "1970-01-01 00:00:00"), ("-1|date(\"%F %T\")", "1969-12-31 23:59:59"),
        ("1700000000.9|date(\"%F %T\")", "2023-11-14 22:13:20"), ("951782400|date(\"%F %j\")", "2000-02-29 060"),
        ("\"2026-02-29\"|date", ""), ("\"2024-02-29\"|date(\"%A\")", "Thursday"), ("\"no\"|date", ""),
        ("none|date", ""),
        ("\"2026-13-01\"|date", ""), ("\"2026-01-01T25:00\"|date", ""), ("99999999999999999|date", ""),
        ("\"2026-01-01x\"|date", ""),
    ])
    func filters(expression: String, expected: String) throws {
        if expected == "!" {
            #expect(templateComplaints(["a.html": "{{ \(expression) }}"]).contains("error"))
            return
        }
        #expect(try renderTemplate("{{ (\(expression))|safe }}", Self.roots) == expected)
    }

    @Test func datesAgreeWithTheirSeconds() throws {
        var random = SeededRandom(seed: 3)
        for _ in 0..<3000 {
            let seconds = Int.random(in: -62_167_219_200...253_402_300_799, using: &random)
            let date = try #require(CivilDate(secondsSinceEpoch: seconds))
            let text = DateFormat.text(of: date, "%FT%TZ")
            #expect(CivilDate(text) == date)
            // 1 January 1970 was a Thursday.
            let days = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
            #expect(date.weekday == ((days + 4) % 7 + 7) % 7)
        }
    }
}
