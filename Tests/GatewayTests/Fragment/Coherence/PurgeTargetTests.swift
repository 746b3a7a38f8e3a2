import FragmentProtocol
import Testing

@testable import Gateway

@Suite("What a purge names, and where it stands")
struct PurgeTargetTests {
    @Test(
        "a target reads back as it is written",
        arguments: [
            "all", "service:blog", "fragment:blog/nav", "fragment:blog/post?slug=a%20b", "tag:cart:user-42",
            "url:http://blog.localhost:8080/feed?n=1&m=%20", "url:https://blog.example/",
        ]
    )
    func readsBack(text: String) throws {
        let target = try #require(PurgeTarget(text))
        #expect(target.description == text)
    }

    @Test("parameters in any order are one target")
    func canonical() {
        #expect(PurgeTarget("fragment:a/x?b=2&a=1") == PurgeTarget("fragment:a/x?a=1&b=2"))
    }

    @Test("hosts in any case, and with or without the standard port, are one target")
    func canonicalURL() {
        #expect(PurgeTarget("url:HTTP://Blog.Example:80/A") == PurgeTarget("url:http://blog.example/A"))
        #expect(PurgeTarget("url:http://blog.example") == PurgeTarget("url:http://blog.example/"))
        #expect(PurgeTarget("url:http://blog.example/A") != PurgeTarget("url:http://blog.example/a"))
    }

    @Test(
        "what names nothing is refused",
        arguments: [
            "", "al", "ALL", "service:", "service:Blog", "service:a/b", "fragment:", "fragment:nav", "fragment:a/b?=1",
            "fragment:a/b?x=1&x=2", "tag:", "tag:a,b", "tag:a b", "page:/", ":x", "tag",
            "url:", "url:/feed", "url:blog.example/feed", "url:ftp://blog.example/", "url:http:///", "url:http://h/a b",
            "url:http://h/a#b", "url:http://u@h/",
        ]
    )
    func refused(text: String) { #expect(PurgeTarget(text) == nil) }

    @Test("a place is the identifier of a stream's entry, in its order")
    func places() throws {
        let texts = [
            "0-0", "0-1", "1-0", "1732876543210-0", "1732876543210-1", "1732876543211-0", "17592186044415-1048575",
        ]
        let places = try texts.map { try #require(PurgePosition($0)) }
        #expect(places.map(\.description) == texts)
        #expect(places.sorted() == places)
        #expect(places[3].next == places[4])
        for text in ["", "1", "1-", "-1", "1-2-3", "a-1", "1-1048576", "17592186044416-0", "1 -0"] {
            #expect(PurgePosition(text) == nil, "\(text)")
        }
    }
}
