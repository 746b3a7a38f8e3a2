import Testing

@testable import Gateway

/// Statements among HTML: what is accepted, and how values are escaped behind it.
struct ContextCheckerTests {
    static let roots: [RootName: Value] = [
        .query: ["x": "\"><script>alert(1)</script>", "js": "javascript:alert(1)", "u": "http://a.test/?a=1&b='2'"],
        .site: ["list": ["a b", "c\"d"], "on": true, "off": false, "data": ["k": "</script><!--", "n": 1]],
    ]

    @Test(arguments: [
        ("<p>{{ query.x }}</p>", "<p>&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("<p title=\"{{ query.x }}\">", "<p title=\"&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;\">"),
        ("<p title='{{ \"'\" ~ query.none }}'>", "<p title='&#39;'>"),
        ("<a href=\"{{ query.js }}\">", "<a href=\"#\">"), ("<a href=\"{{ \" \" ~ query.js }}\">", "<a href=\"#\">"),
        ("<a href=\"{{ query.u }}\">", "<a href=\"http://a.test/?a=1&amp;b=%272%27\">"),
        ("<a href=\"/x?u={{ query.u }}\">", "<a href=\"/x?u=http://a.test/?a=1&amp;b=%272%27\">"),
        (
            "<a href=\"/x?u={{ query.u|url_encode }}\">",
            "<a href=\"/x?u=http%3A%2F%2Fa.test%2F%3Fa%3D1%26b%3D%272%27\">"
        ),
        ("<a href=\"x{{ query.js }}\">", "<a href=\"x#\">"),
        ("<a href=\"{{ \"a é\" ~ query.n }}\">", "<a href=\"a%20%C3%A9\">"),
        ("<a href=\"{{ query.n }}{{ query.js }}\">", "<a href=\"#\">"),
        ("<a href=\"{{ query.n }}{{ query.u }}\">", "<a href=\"#\">"),
        (
            "<script>let a = {{ query.x }};</script>",
            "<script>let a = \"\\\"\\u003e\\u003cscript\\u003ealert(1)\\u003c/script\\u003e\";</script>"
        ),
        (
            "<script>let a = {{ site.data|json }};</script>",
            "<script>let a = {\"k\":\"\\u003c/script\\u003e\\u003c!--\",\"n\":1};</script>"
        ),
        ("<script>let a = {{ query.none }};</script>", "<script>let a = null;</script>"),
        (
            "<p data-a=\"{{ site.data|json }}\">",
            "<p data-a=\"{&quot;k&quot;:&quot;\\u003c/script\\u003e\\u003c!--&quot;,&quot;n&quot;:1}\">"
        ),
        ("<title>{{ query.x }}</title>", "<title>&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;</title>"),
        // markup
        ("{{ \"<b>&amp;</b>\"|safe }}", "<b>&amp;</b>"),
        ("{{ query.x|escape }}", "&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("<p title=\"{{ \"<b title='x'>&amp;\"|safe }}\">", "<p title=\"&lt;b title=&#39;x&#39;&gt;&amp;\">"),
        ("<title>{{ \"</title>\"|safe }}</title>", "<title>&lt;/title&gt;</title>"),
        ("<a href=\"{{ \"javascript&#58;x\"|safe }}\">", "<a href=\"javascript&amp;#58;x\">"),
        ("<script>let a = {{ \"</script>\"|safe }}</script>", "<script>let a = \"\\u003c/script\\u003e\"</script>"),
        ("{{ (\"<b>\"|safe) ~ \"<i>\" }}", "&lt;b&gt;&lt;i&gt;"), ("{{ \"<b>\"|safe|upper }}", "&lt;B&gt;"),
        ("{% set m = \"<b>\"|safe %}{{ m }}{{ m if site.on else 1 }}", "<b><b>"),
        // statements within tags
        ("<p{% if site.on %} hidden{% endif %}>", "<p hidden>"),
        ("<p {% if site.off %}hidden{% endif %} id=\"a\">", "<p  id=\"a\">"),
        (
            "<a{% if site.on %} href=\"{{ query.u }}\"{% else %} class=\"x\"{% endif %}>",
            "<a href=\"http://a.test/?a=1&amp;b=%272%27\">"
        ),
        ("<a {% if site.on %}aria-current=\"page\" {% endif %}href=\"/\">", "<a aria-current=\"page\" href=\"/\">"),
        ("<p class=\"{% for c in site.list %}{{ c }} {% endfor %}\">", "<p class=\"a b c&quot;d \">"),
        ("<p class=\"{% if site.on %}a{% else %}b{% endif %}{{ query.none }}\">", "<p class=\"a\">"),
        ("<p title={% if site.on %}\"a\"{% else %}\"b\"{% endif %}>", "<p title=\"a\">"),
        ("<a href=\"{% if site.on %}/a/{% endif %}{{ query.js }}\">", "<a href=\"/a/#\">"),
        ("<a href=\"{% for c in site.list %}{{ c }}{% endfor %}\">", "<a href=\"a%20bc%22d\">"),
        ("<a href=\"{% for c in site.list %}{{ c }}/{% endfor %}x:y\">", "<a href=\"a%20b/c%22d/x:y\">"),
        (
            "<script>{% for x in site.list %}f({{ x }});{% endfor %}</script>",
            "<script>f(\"a b\");f(\"c\\\"d\");</script>"
        ),
        (
            "<script>x = [{% for x in site.list %}{{ x }},{% endfor %}]</script>",
            "<script>x = [\"a b\",\"c\\\"d\",]</script>"
        ),
        ("{% if site.on %}<b>{% endif %}x{% if site.on %}</b>{% endif %}", "<b>x</b>"),
    ])
    func escapes(text: String, expected: String) throws {
        #expect(try renderTemplate(text, Self.roots) == expected)
    }

    /// No value may lead out of the place where it is printed, whatever it holds.
    @Test(arguments: [
        "<p>", "<p title=\"", "<p title='", "<a href=\"", "<a href=\"/", "<a href='x", "<title>", "<textarea>",
        "<script>let a = ",
    ])
    func noValueLeavesItsPlace(prefix: String) throws {
        var random = SeededRandom(seed: 7)
        var before = HTMLContext()
        for byte in prefix.utf8 { try before.read(byte) }
        let escaper = try before.escaper()
        let parts = [
            "\"", "'", "<", ">", "&", "/", "\\", "`", "-->", "<!--", "</script>", "</title>", "</textarea>", "<script>",
            "javascript:",
            ":", "\n", "\r", "\t", "\0", "\u{2028}", "&quot;", "&#34;", "a", "=", " ", "é", "{{", "%}", "${", "*/",
            "//", "data:", "#",
        ]
        for _ in 0..<2000 {
            let value = (0..<Int.random(in: 1...6, using: &random)).map { _ in parts.randomElement(using: &random) ?? ""
            }.joined()
            for printed in [
                Value.string(value), .markup(value), .array([.string(value)]), .object([value: .string(value)]),
            ] {
                if case .markup = printed, escaper == .text { continue }
                let output = escaper.written(printed)
                var after = before
                for byte in output.utf8 { try after.read(byte) }
                #expect(after.state == before.state)
                #expect(after.attribute == before.attribute)
                #expect(after.closing == before.closing)
                #expect(after.script.description == before.script.description)
                if escaper == .urlStart {
                    #expect(!output.lowercased().hasPrefix("javascript:") && !output.lowercased().hasPrefix("data:"))
                }
            }
        }
    }
}
