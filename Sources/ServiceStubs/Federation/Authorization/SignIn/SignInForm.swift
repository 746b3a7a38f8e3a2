import FragmentProtocol
import Hummingbird

/// What the actions of sign-in and consent read of a form, and from where it comes.
struct SignInForm: Sendable {
    /// What the form wants.
    enum Way: String, Sendable {
        case password
        /// A message with a link.
        case link
    }

    /// The address as it was typed, without the space around it.
    let email: String
    let password: String
    /// The authorization request that waits for the person.
    let request: String?
    let way: Way
    /// The key that only the message holds.
    let linkToken: String?
    let isAllowed: Bool
    /// The address of the browser, as the gateway saw it.
    let address: String

    /// Reads the form of an action; the gateway has checked where it comes from.
    init(_ request: Request, _ context: StubContext) async throws {
        let form: OAuthParameters
        do {
            form = try await OAuthAnswer.form(of: request)
        } catch let error as OAuthError {
            throw HTTPError(.badRequest, message: error.message)
        }
        email = (form["email"] ?? "").trimmingSpaces
        password = form["password"] ?? ""
        self.request = form["request"]
        way = form["way"].flatMap(Way.init(rawValue:)) ?? .password
        linkToken = form["token"]
        isAllowed = form["answer"] == "allow"
        // The gateway is the last to have written into the field; without it the other end is the browser.
        let forwarded = request.headers.first { HeaderName.isSame($0.name.rawName, HeaderName.xForwardedFor) }?.value
        address =
            forwarded?.split(separator: ",").last.map { String($0).trimmingSpaces } ?? context.remoteAddress
            ?? "unknown"
    }
}

extension String {
    /// The text without white space around it.
    var trimmingSpaces: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
