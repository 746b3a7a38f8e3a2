import Testing

@testable import ServiceStubs

struct ProseTests {
    private let links = Links(template: "http://{service}.test")

    @Test func knowsItsFourKindsOfParagraph() {
        let prose = Prose(text: "First & <b>.\n\n## Head\n\n> Said\n\n[picture hills-x] Two \"hills\"")
        #expect(
            prose.markup(links: links, service: .blog).html == """
                <p>First &amp; &lt;b&gt;.</p>
                <h2>Head</h2>
                <blockquote><p>Said</p></blockquote>
                <img class="prose__image" src="http://blog.test/images/hills-x.svg" width="960" height="540" \
                alt="Two &quot;hills&quot;" loading="lazy" />

                """
        )
    }

    @Test(arguments: [("", ""), ("# no", ""), ("## Head\n\nText\n\nMore", "Text"), ("> Said\n\nText", "Text")])
    func leadIsTheFirstPlainParagraph(text: String, expected: String) {
        #expect(Prose(text: text).lead == expected)
    }

    @Test func brokenPicturesAreText() {
        #expect(
            Prose(text: "[picture hills-x").markup(links: links, service: .blog).html == "<p>[picture hills-x</p>\n"
        )
    }
}
