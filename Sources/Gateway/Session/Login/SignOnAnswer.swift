/// What the sign-on answers a request, without the shape that it has on the wire.
enum SignOnAnswer: Sendable, Equatable {
    /// The browser goes on (`303`).
    case redirect(to: String, cookies: [String] = [], clearsSite: Bool = false)
    /// A page tells a person what went wrong and what to do.
    case trouble(SignOnTrouble, returnTo: ReturnTo)
    /// A page says that the person is signed out.
    case signedOut(isExpected: Bool)
    /// A line of text for a program.
    case text(status: Int, String)
}

/// What keeps somebody from being signed in, as far as they can tell a difference; the word is what templates know it by.
enum SignOnTrouble: String, Sendable, Equatable, CaseIterable {
    /// The browser keeps no cookies.
    case cookies
    /// The login has expired, was completed already, or belongs to another browser.
    case stale
    /// The person, or the provider for them, refused.
    case denied
    /// The provider or the shared state cannot be reached.
    case unavailable
    /// Something is wrong between the gateway and the provider; trying again does not help.
    case failed

    /// The status of the page.
    var status: Int {
        switch self {
        case .cookies, .stale: 400
        case .denied: 403
        case .unavailable: 503
        case .failed: 502
        }
    }
}

/// A request for the sign-on, as far as it matters here.
struct SignOnVisit: Sendable {
    /// The host's name as it is configured.
    var host: String
    /// The browser's ids that the request holds, none of which may be its own.
    var browsers: [String] = []
    /// Who is looking.
    var session: Session?
    /// What the browser calls itself.
    var browserName = ""
}
