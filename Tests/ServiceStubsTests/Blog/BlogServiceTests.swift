import Hummingbird
import HummingbirdTesting
import Testing

@testable import ServiceStubs

struct BlogServiceTests {
    @Test func theNavigationMarksWhereOneIs() async throws {
        let harness = try StubHarness()
        let text = try await harness.fragment(.blog, "nav?active=market").text
        #expect(text.contains(#"<a href="http://market.test/" aria-current="page">Market</a>"#))
        #expect(text.count(of: "aria-current") == 1)
        #expect(try await harness.fragment(.blog, "nav").text.count(of: "aria-current") == 0)
    }

    @Test func aPostHasItsHeadingTitleAndDescription() async throws {
        let response = try await StubHarness().fragment(.blog, "post?slug=a-year-of-bees")
        #expect(response.text.contains("<h1>A year of bees</h1>"))
        #expect(response.text.contains("http://federation.test/profiles/kofi"))
        #expect(response["Fragment-Title"] == "A year of bees")
        #expect(response["Fragment-Meta"]?.hasPrefix(#"{"description":"Twelve months ago"#) == true)
        #expect(response["Cache-Tag"] == "posts, post:a-year-of-bees")
    }

    @Test func listsAreSortedPagedAndFiltered() async throws {
        let harness = try StubHarness()
        let first = try await harness.fragment(.blog, "post-list")
        #expect(first.text.count(of: "<article class=\"card\">") == 10)
        #expect(first.text.contains("http://blog.test/posts?page=2"))
        let last = try await harness.fragment(.blog, "post-list?page=2")
        #expect(last.text.count(of: "<article class=\"card\">") == 2)
        let teaser = try await harness.fragment(.blog, "post-list?limit=5")
        #expect(teaser.text.count(of: "<article class=\"card\">") == 5)
        #expect(!teaser.text.contains("class=\"pagination\""))
        let tagged = try await harness.fragment(.blog, "post-list?tag=music")
        #expect(tagged.text.count(of: "<article class=\"card\">") == 1)
        let none = try await harness.fragment(.blog, "post-list?tag=nothing")
        #expect(none.status == .ok)
        #expect(none.text.contains("class=\"empty\""))
    }

    @Test func tagsMarkTheActiveOne() async throws {
        let text = try await StubHarness().fragment(.blog, "tags?active=craft").text
        #expect(text.contains(#"href="http://blog.test/tags/craft" aria-current="page">craft<"#))
    }

    @Test func relatedPostsShareATagAndAreOthers() async throws {
        let text = try await StubHarness().fragment(.blog, "related?slug=songs-in-the-barn&limit=3").text
        #expect(text.count(of: "<article") == 3)
        #expect(!text.contains("posts/songs-in-the-barn"))
    }

    @Test func thePublicInterfaceAnswers() async throws {
        let harness = try StubHarness()
        #expect(try await harness.get(.blog, "/api/posts").text.count(of: "\"slug\"") == 12)
        #expect(try await harness.get(.blog, "/api/posts/the-oven-is-lit").status == .ok)
        #expect(try await harness.get(.blog, "/api/posts/x").status == .notFound)
    }
}

extension String {
    /// How often a text occurs.
    func count(of part: String) -> Int { ranges(of: part).count }
}
