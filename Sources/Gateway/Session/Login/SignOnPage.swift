/// The templates of the sign-on's own pages.
enum SignOnPage: String, Sendable, CaseIterable {
    /// Why somebody is not signed in, and what to do.
    case signIn = "errors/sign-in.html"
    /// Whether somebody wants to be signed out.
    case signOut = "errors/sign-out.html"
    /// That somebody is signed out.
    case loggedOut = "errors/logged-out.html"

    /// What the page's links and forms tell of its address, which may hold a code.
    ///
    /// A form of a page that tells nothing would not say either that it comes from this host (Fetch, section 3.2).
    var referrerPolicy: String { self == .signOut ? "same-origin" : "no-referrer" }
}
