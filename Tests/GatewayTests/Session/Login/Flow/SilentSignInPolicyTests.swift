import Testing

@testable import Gateway

@Suite struct SilentSignInPolicyTests {
    private typealias Request = SilentSignInPolicy.Request

    /// A person who follows a link from another host of the site.
    private static let visit = Request(
        site: .sameSite,
        mode: "navigate",
        destination: "document",
        userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    )

    @Test func aVisitFromAnotherHostOfTheSiteIsAsked() {
        #expect(SilentSignInPolicy.attempts(Self.visit))
    }

    /// What is changed of such a visit, each of which is enough not to ask.
    private static let others: [(String, @Sendable (inout Request) -> Void)] = [
        ("another method", { $0.isGet = false }), ("no fetch metadata", { $0.site = .absent }),
        ("within the host", { $0.site = .sameOrigin }), ("from elsewhere", { $0.site = .crossSite }),
        ("by hand", { $0.site = .none }), ("unknown", { $0.site = .unknown }), ("a script", { $0.mode = "cors" }),
        ("no mode", { $0.mode = "" }), ("a picture", { $0.destination = "image" }),
        ("a frame", { $0.destination = "iframe" }), ("no destination", { $0.destination = "" }),
        ("ahead of time", { $0.purpose = "prefetch" }), ("signed in", { $0.isSignedIn = true }),
        ("asked a moment ago", { $0.isMarked = true }), ("keeps no cookies", { $0.wasTried = true }),
        ("no name", { $0.userAgent = "" }),
        ("Googlebot", { $0.userAgent = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)" }),
        ("a spider", { $0.userAgent = "Sogou web Spider/4.0" }),
        ("a preview", { $0.userAgent = "LinkPreview 1.0" }),
    ]

    @Test(arguments: others.indices)
    func othersAreNot(index: Int) {
        var request = Self.visit
        Self.others[index].1(&request)
        #expect(!SilentSignInPolicy.attempts(request), "\(Self.others[index].0)")
    }
}
