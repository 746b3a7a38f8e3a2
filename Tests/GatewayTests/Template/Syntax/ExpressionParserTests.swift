import Testing

@testable import Gateway

struct ExpressionParserTests {
    static let roots: [RootName: Value] = [
        .user: ["name": "Ada", "roles": ["admin", "editor"], "age": 36],
        .site: [
            "items": [["title": "One", "price": 2], ["title": "Two", "price": 1]], "a-b": "dash", "empty": [],
            "open": true, "half": 1.5, "none": .none,
        ],
        .query: ["page": "2", "q": "tea & cake"],
    ]

    @Test(arguments: [
        // literals
        ("\"text\"", "text"), ("'text'", "text"), ("'it\\'s'", "it's"), ("\"a\\nb\"", "a\nb"), ("12", "12"),
        ("1.5", "1.5"),
        ("2.0", "2"), ("true", "true"), ("false", "false"), ("none", ""), ("[1, \"a\", none]", "[1,\"a\",null]"),
        ("[]", "[]"), ("[1, ]", "[1]"),
        // names and paths
        ("user.name", "Ada"), ("user[\"name\"]", "Ada"), ("site[\"a-b\"]", "dash"), ("site.items[0].title", "One"),
        ("site.items[-1].title", "Two"), ("site.items[9].title", ""), ("site.items[\"1\"].title", "Two"),
        ("user.nothing.deeper", ""), ("user.name.length", ""), ("user.roles[1]", "editor"), ("user.name[0]", ""),
        // arithmetic
        ("1 + 2 * 3", "7"), ("(1 + 2) * 3", "9"), ("7 - 2 - 1", "4"), ("7 / 2", "3.5"), ("6 / 2", "3"), ("7 % 4", "3"),
        ("-7 % 4", "-3"), ("--3", "3"), ("1 / 0", ""), ("1 % 0", ""), ("1.5 * 2", "3"), ("query.page + 1", "3"),
        ("user.name + 1", ""), ("9223372036854775807 + 1", "9.223372036854776e+18"),
        ("0.1 + 0.2", "0.30000000000000004"),
        ("-9223372036854775807 - 2", "-9.223372036854776e+18"), ("2 * -3", "-6"), ("7.5 % 2", "1.5"),
        // text
        ("\"a\" ~ 1 ~ none ~ true", "a1true"), ("1 ~ 2 + 3", "15"),
        // comparisons
        ("1 == 1.0", "true"), ("1 != 2", "true"), ("\"a\" < \"b\"", "true"), ("2 <= 2", "true"), ("2 >= 3", "false"),
        ("3 > 2", "true"), ("query.page > 1", "true"), ("query.page == 2", "false"), ("query.page == \"2\"", "true"),
        ("\"10\" < 9", "false"), ("none == none", "true"), ("none < 1", "false"), ("[1, 2] == [1, 2.0]", "true"),
        ("1 < 2 == true", "true"), ("user.name == \"Ada\"", "true"),
        // membership
        ("\"admin\" in user.roles", "true"), ("\"cook\" in user.roles", "false"),
        ("\"cook\" not in user.roles", "true"),
        ("\"cake\" in query.q", "true"), ("\"name\" in user", "true"), ("\"x\" in none", "false"),
        ("\"\" in query.q", "true"),
        // logic
        ("true and false", "false"), ("user.name and 1", "1"), ("none or \"x\"", "x"), ("\"\" or 0 or \"z\"", "z"),
        ("not none", "true"), ("not not 1", "true"), ("not 1 == 2", "true"), ("true or false and false", "true"),
        // conditional
        ("\"a\" if site.open else \"b\"", "a"), ("\"a\" if site.empty else \"b\"", "b"), ("\"a\" if none", ""),
        ("1 if false else 2 if false else 3", "3"), ("(1 if true else 2) + 1", "2"),
        // filters bind tightest
        ("-\"3\"|length", "-1"), ("\"a\" ~ \"b\"|upper", "aB"), ("(\"a\" ~ \"b\")|upper", "AB"),
        ("site.items|map(\"title\")|join(\", \")", "One, Two"), ("site.items|length + 1", "3"),
        ("site.items|first.title", "One"), ("(site.items|first).title", "One"),
        // assets are constants
        ("asset(\"site.css\")", "/assets/site.css"), ("asset(\"site.css\") ~ \"!\"", "/assets/site.css!"),
    ])
    func prints(expression: String, expected: String) throws {
        // `safe` shows a text as it is, so that the table need not be escaped.
        #expect(try renderTemplate("{{ (\(expression))|safe }}", Self.roots) == expected)
        // What is constant is worked out by the compiler, the rest by the machine; both have to agree.
        #expect(
            try renderTemplate("{% set one = path.one %}{{ (\(expression))|safe }}{{ one }}", Self.roots) == expected
        )
    }

    @Test func refusesDeepNesting() {
        for text in [
            String(repeating: "(", count: 5000), String(repeating: "[", count: 5000),
            String(repeating: "not ", count: 5000) + "1", String(repeating: "-", count: 5000) + "1",
            "1" + String(repeating: " + 1", count: 5000), "user" + String(repeating: ".a", count: 5000),
            "user" + String(repeating: "|upper", count: 5000),
            String(repeating: "1 if 1 else ", count: 5000) + "1", String(repeating: "user[", count: 5000),
        ] {
            #expect(templateComplaints(["a.html": "{{ \(text) }}"]).contains("nested more than 60 deep"))
        }
    }
}
