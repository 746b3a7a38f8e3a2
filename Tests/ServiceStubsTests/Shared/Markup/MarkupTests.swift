import Testing

@testable import ServiceStubs

struct MarkupTests {
    @Test(arguments: [
        ("plain", "plain"), ("<b>", "&lt;b&gt;"), ("a & b", "a &amp; b"), ("\"'", "&quot;&#39;"),
        ("</p><script>", "&lt;/p&gt;&lt;script&gt;"), ("\u{0}\u{1B}\u{7F}", "\u{FFFD}\u{FFFD}\u{FFFD}"),
        ("a\tb\nc\r\n", "a\tb\nc\r\n"), ("naïve 🌹", "naïve 🌹"), ("&amp;", "&amp;amp;"),
    ])
    func escapesData(data: String, expected: String) {
        let markup: Markup = "<p>\(data)</p>"
        #expect(markup.html == "<p>\(expected)</p>")
    }

    @Test func insertsMarkupAsItIs() {
        let inner: Markup = "<b>\("<")</b>"
        let none: Markup? = nil
        let outer: Markup = "<p>\(inner)\(none)\([inner, inner])\(3)</p>"
        #expect(outer.html == "<p><b>&lt;</b><b>&lt;</b><b>&lt;</b>3</p>")
    }

    @Test func anyTextStaysWellFormed() {
        var brush = Brush(seed: "any text")
        for _ in 0..<500 {
            let scalars = (0..<brush.within(0...30)).compactMap { _ in
                Unicode.Scalar(UInt32(brush.chance(70) ? brush.below(128) : brush.below(0x11000)))
            }
            var text = ""
            text.unicodeScalars.append(contentsOf: scalars)
            let markup: Markup = "<a title=\"\(text)\">\(text)</a>"
            let check = WellFormedness(markup.html)
            #expect(check.isWellFormed, "\(text.debugDescription)")
            #expect(check.elements == ["root", "a"])
        }
    }

    @Test(arguments: [
        ("a b", "a%20b"), ("ä", "%C3%A4"), ("a/b?c=d&e", "a%2Fb%3Fc%3Dd%26e"), ("A-z.0_~", "A-z.0_~"), ("\n", "%0A"),
    ])
    func encodesForURLs(data: String, expected: String) {
        #expect(Escape.urlComponent(data) == expected)
    }
}
