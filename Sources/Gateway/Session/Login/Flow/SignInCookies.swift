/// The cookies of the sign-on beside the session's own: short, of one host, and set by HTTP alone.
struct SignInCookies: Sendable {
    /// How long a browser's id lasts from the latest login that it began.
    static let browserLifetime = Duration.seconds(3600)
    /// How many cookies of a name are looked at; more than that nobody but an attacker sends.
    private static let maximumValues = 8
    /// Random bytes of a browser's id.
    static let browserBytes = 16
    /// Characters of it.
    private static let browserLength = 22

    /// Whether browsers reach the site by https.
    let isSecure: Bool

    /// The cookie that binds logins to the browser that began them.
    ///
    /// Over https its prefix makes browsers refuse one that a neighbouring host or a script has set (RFC 6265bis, section 4.1.3).
    var browserName: StaticString { self.isSecure ? "__Host-Http-bid" : "bid" }

    /// The cookie that says that the provider was asked, and knew nobody.
    var markName: StaticString { self.isSecure ? "__Host-Http-sso" : "sso" }

    /// The value of the `Set-Cookie` line that gives a browser its id.
    func settingBrowser(_ id: String) -> String {
        "\(self.browserName)=\(id); \(self.attributes); Max-Age=\(Self.browserLifetime.components.seconds)"
    }

    /// The value of the line that marks a browser whose visitor the provider does not know.
    var settingMark: String {
        "\(self.markName)=0; \(self.attributes); Max-Age=\(SilentSignInPolicy.pause.components.seconds)"
    }

    /// The value of the line that takes the mark away.
    ///
    /// It repeats every attribute: without `Secure` browsers ignore it for a name with the prefix.
    var deletingMark: String { "\(self.markName)=; \(self.attributes); Max-Age=0" }

    /// The browser's ids that a request holds: a neighbour may have set another one where there is no prefix.
    func browsers(_ header: ByteRange, in bytes: Span<UInt8>) -> [String] {
        var reader = CookieReader(header)
        var ids: [String] = []
        for _ in 0..<Self.maximumValues {
            guard let value = reader.next(named: self.browserName, in: bytes) else { break }
            guard Int(value.length) == Self.browserLength,
                SessionTokenText.decode(bytes.extracting(value.range)) != nil
            else { continue }
            ids.append(bytes.string(at: value))
        }
        return ids
    }

    /// Whether a request holds the mark.
    func isMarked(_ header: ByteRange, in bytes: Span<UInt8>) -> Bool {
        guard let value = CookieReader.value(of: self.markName, in: bytes, at: header) else { return false }
        return !value.isEmpty
    }

    private var attributes: String {
        self.isSecure ? "Path=/; Secure; HttpOnly; SameSite=Lax" : "Path=/; HttpOnly; SameSite=Lax"
    }
}
