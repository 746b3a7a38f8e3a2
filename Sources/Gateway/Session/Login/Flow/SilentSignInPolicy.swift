/// Decides whether a visitor without a session is sent to the provider and back, to see whether it knows them already.
///
/// That is worth two redirects only for a person who changes from one host of the site to another. It is never done for
/// programs, for crawlers, or for what a page loads by itself, and not again while the mark of an attempt that found nobody lasts.
struct SilentSignInPolicy {
    /// How long the mark of an attempt that found nobody lasts.
    static let pause = Duration.seconds(300)
    /// The field of a query that says that an attempt was made by a browser that keeps no cookies.
    static let triedField = "__gw"

    /// What a request tells.
    struct Request: Equatable {
        /// Whether the method is `GET`.
        var isGet = true
        /// `Sec-Fetch-Site`.
        var site = OwnOriginPolicy.FetchSite.absent
        /// `Sec-Fetch-Mode`; empty when it is not there.
        var mode = ""
        /// `Sec-Fetch-Dest`; empty when it is not there.
        var destination = ""
        /// `Sec-Purpose`; empty when it is not there.
        var purpose = ""
        /// `User-Agent`; empty when it is not there.
        var userAgent = ""
        /// Whether somebody is signed in.
        var isSignedIn = false
        /// Whether the browser holds the mark of an attempt that found nobody.
        var isMarked = false
        /// Whether the query has ``triedField``.
        var wasTried = false
    }

    /// Words by which crawlers call themselves.
    private static let crawlers = ["bot", "crawl", "spider", "slurp", "preview", "facebookexternalhit"]

    /// Whether an attempt is made.
    static func attempts(_ request: Request) -> Bool {
        request.isGet && request.site == .sameSite && request.mode == "navigate" && request.destination == "document"
            && request.purpose.isEmpty && !request.isSignedIn && !request.isMarked && !request.wasTried
            && !request.userAgent.isEmpty && !Self.isCrawler(request.userAgent)
    }

    /// Whether a program says that it reads pages for a machine.
    ///
    /// That changes what is convenient, and never what is allowed.
    static func isCrawler(_ userAgent: String) -> Bool {
        let name = userAgent.lowercased()
        return Self.crawlers.contains { name.contains($0) }
    }
}
