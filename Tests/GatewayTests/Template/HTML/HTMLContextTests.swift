import Testing

@testable import Gateway

struct HTMLContextTests {
    private func context(after text: String) -> HTMLContext {
        var context = HTMLContext()
        for byte in text.utf8 {
            // What cannot be followed is reported by the checker; the context goes on in any case.
            try? context.read(byte)
        }
        return context
    }

    @Test(arguments: [
        ("", "between tags"), ("a < b", "between tags"), ("<", "in the name of a tag"), ("<<p", "in the name of a tag"),
        ("<p", "in the name of a tag"), ("<P ", "inside the tag <p>"), ("</p ", "inside the tag </p>"),
        ("<p>", "between tags"), ("</>", "between tags"), ("</1 ", "inside a <!…> declaration"),
        ("<?php ", "inside a <!…> declaration"), ("<br/", "inside the tag <br>"), ("<br/>", "between tags"),
        ("<p a", "inside the tag <p>"), ("<p a =", "before the value of the attribute \"a\""),
        ("<p A= \"", "inside the value of the attribute \"a\""),
        ("<p a='\"", "inside the value of the attribute \"a\""),
        ("<p a=x", "inside the value of the attribute \"a\""), ("<p a=x>", "between tags"), ("<p a=>", "between tags"),
        ("<p a=\"x\"b='", "inside the value of the attribute \"b\""),
        ("<p a=\"<p>", "inside the value of the attribute \"a\""),
        ("<p / a=\"", "inside the value of the attribute \"a\""),
        ("<p =a=\"", "inside the value of the attribute \"=a\""),
        ("<p a/b=\"", "inside the value of the attribute \"b\""),
        ("<p a b=\"", "inside the value of the attribute \"b\""),
        // comments
        ("<!--", "inside an HTML comment"), ("<!-->", "between tags"), ("<!--->", "between tags"),
        ("<!---->", "between tags"), ("<!-- > -- ->", "inside an HTML comment"), ("<!-- -->", "between tags"),
        ("<!-- --!>", "between tags"), ("<!--!>", "inside an HTML comment"), ("<!---!>", "inside an HTML comment"),
        ("<!-- --->", "between tags"), ("<!-- --!->", "inside an HTML comment"), ("<!-- --!-->", "between tags"),
        ("<!- >", "between tags"), ("<!doctype html", "inside a <!…> declaration"), ("<!doctype html>", "between tags"),
        ("<!-x-->", "between tags"), ("<!>", "between tags"),
        // raw elements
        ("<script>", "inside <script>"), ("<script src=\"x\">", "inside <script>"), ("<SCRIPT >", "inside <script>"),
        ("<script>a</script", "inside <script>"), ("<script>a</script>", "between tags"),
        ("<script>a</SCRIPT x=\"", "inside the value of the attribute \"x\""),
        ("<script>a</scripts>", "inside <script>"),
        ("<script>a</scr</script>", "between tags"), ("<script/>", "inside <script>"), ("<style><p>", "inside <style>"),
        ("<style></style>", "between tags"), ("<title><b>", "inside <title>"),
        ("<textarea></title>", "inside <textarea>"),
        ("<textarea></textarea >", "between tags"), ("</script>", "between tags"), ("<xmp><p>", "inside <xmp>"),
        ("<scripts>", "between tags"), ("<p><script>\"</script>", "between tags"),
    ])
    func followsTheTokenizer(text: String, expected: String) {
        let description = context(after: text).description
        #expect(description == expected || description.hasPrefix(expected + ","))
    }

    @Test(arguments: [
        ("<a href=\"", Escaper.urlStart), ("<a href='", .urlStart), ("<a href=\"x", .urlUndecided),
        ("<a href=\"/", .urlRest), ("<a href=\"?q=", .urlRest), ("<a href=\"#", .urlRest),
        ("<a href=\"https://x/", .urlRest), ("<a href=\"mailto:", .urlRest), ("<a href=\"  ", .urlStart),
        ("<form action=\"", .urlStart), ("<button formaction=\"", .urlStart), ("<img src=\"", .urlStart),
        ("<use xlink:href=\"", .urlStart), ("<a title=\"", .attribute), ("<a data-href=\"", .attribute),
        ("<img srcset=\"", .attribute), ("<title>", .attribute), ("<textarea>x", .attribute), ("<p>", .text),
        ("<script>let a = ", .script), ("<script>let a = 1 / 2 + ", .script), ("<script>let a = /\"/; b = ", .script),
        ("<script>'a' + ", .script), ("<script>'a\\'' + ", .script), ("<script>/* \" */", .script),
        ("<script>// '\n", .script), ("<script>`a`+", .script), ("<script>return /'/ + ", .script),
        ("<script>x = y.return / 2 / ", .script), ("<script>a[1] / 2 / ", .script), ("<script>f(\n", .script),
        ("<noscript><img src=\"", .urlStart), ("<input onclick=\"x\" value=\"", .attribute),
    ])
    func choosesTheEscaper(text: String, expected: Escaper) throws {
        #expect(try context(after: text).escaper() == expected)
    }

    @Test(arguments: [
        "<script>\"", "<script>'a\\'", "<script>`", "<script>`${", "<script>//", "<script>/*", "<script>/* *",
        "<script>/a",
        "<script>/[/]", "<script>)/a/", "<script>x++ /a/", "<script>a /", "<script>\"a\\\r", "<script>\n--> `",
        "<script>of /",
        "<a href=\"javascript:", "<a href=\"JavaScript:", "<a href=\" java\nscript:", "<a href=\"vbscript:",
        "<a href=\"data:",
        "<a href=\"a&", "<p style=\"", "<p onclick=\"", "<iframe srcdoc=\"", "<p", "<p ", "<p a", "<p a=", "<p a=x",
        "<!--", "<!",
        "<style>", "<noembed>", "<script><", "<title></ti", "<set to=\"",
    ])
    func refusesValues(text: String) {
        #expect(throws: HTMLContext.Refusal.self) { try context(after: text).escaper() }
    }

    @Test func joinsAreSymmetricAndSafe() {
        let texts = [
            "", "<p", "<p ", "<p a", "<p a ", "<p a=\"\"", "<p a=\"", "<p b=\"", "<a href=\"", "<a href=\"x",
            "<a href=\"/",
            "<a href=\"y", "<a href=\"javascript:", "<script>", "<script>a", "<script>\"", "<script>)", "<style>",
            "<!--",
            "</p ", "<br", "<br ",
        ]
        for left in texts.map(context(after:)) {
            #expect(left.joined(with: left) == left)
            for right in texts.map(context(after:)) {
                let joined = left.joined(with: right)
                #expect(joined == right.joined(with: left))
                guard let joined else { continue }
                // Whatever is refused on one side is refused in common.
                for side in [left, right] where (try? side.escaper()) == nil {
                    #expect(throws: HTMLContext.Refusal.self) { try joined.escaper() }
                }
            }
        }
    }
}
