import Testing

@testable import Gateway

@Suite struct SignInCookiesTests {
    private static let id = SessionTokenText.encode([UInt8](repeating: 5, count: 16))

    /// Every line that is ever set, by whether the site is reached by https.
    private func lines(isSecure: Bool) -> [String] {
        let cookies = SignInCookies(isSecure: isSecure)
        return [cookies.settingBrowser(Self.id), cookies.settingMark, cookies.deletingMark]
    }

    @Test func everyLineHasAllAttributesAndIsShort() {
        for isSecure in [true, false] {
            for line in self.lines(isSecure: isSecure) {
                let attributes = line.split(separator: "; ").dropFirst().map(String.init)
                let expected = ["Path=/"] + (isSecure ? ["Secure"] : []) + ["HttpOnly", "SameSite=Lax"]
                #expect(Array(attributes.dropLast()) == expected, "\(line)")
                #expect(attributes.last?.hasPrefix("Max-Age=") ?? false)
                #expect(line.hasPrefix("__Host-Http-") == isSecure)
                #expect(line.utf8.count < 256)
                for word in ["Domain", "Partitioned", "None", "Expires"] { #expect(!line.contains(word)) }
            }
        }
    }

    @Test func theHeaderOfAWholeLoginIsShort() {
        let sid = String(repeating: "s", count: 43)
        let header = "__Host-Http-sid=\(sid); __Host-Http-bid=\(Self.id); __Host-Http-sso=0"
        #expect("Cookie: \(header)".utf8.count < 300)
    }

    private func browsers(_ header: String, isSecure: Bool = true) -> [String] {
        let bytes = Array(header.utf8)
        return SignInCookies(isSecure: isSecure).browsers(ByteRange(offset: 0, length: bytes.count), in: bytes.span)
    }

    @Test(arguments: [
        "", "bid=\(id)", "__host-http-bid=\(id)", "__HOST-HTTP-BID=\(id)", "%5F_Host-Http-bid=\(id)",
        "\u{2000}__Host-Http-bid=\(id)", "\u{a0}__Host-Http-bid=\(id)", "$Version=1__Host-Http-bid=\(id)",
        "x__Host-Http-bid=\(id)", "__Host-Http-bid2=\(id)", "__Host-Http-bid=\(id)x", "__Host-Http-bid=",
        "__Host-Http-bid",
        "__Host-Http-bid=\"\(id)\"", "__Host-Http-bid=\(String(repeating: "/", count: 22))", "__Host-bid=\(id)",
    ])
    func otherNamesAndValuesAreNoBrowser(header: String) {
        #expect(self.browsers(header).isEmpty)
    }

    @Test func aNeighboursCookieDoesNotHideTheOwnOne() {
        let other = SessionTokenText.encode([UInt8](repeating: 6, count: 16))
        #expect(self.browsers("bid=\(other); a=b; bid=\(Self.id)", isSecure: false) == [other, Self.id])
        #expect(self.browsers(" __Host-Http-bid=\(Self.id) ;a=b") == [Self.id])
        let many = (0..<20).map { _ in "bid=\(other)" }.joined(separator: "; ")
        #expect(self.browsers(many, isSecure: false).count == 8)
    }

    @Test(arguments: [("sso=0", true), ("a=b; sso=0", true), ("sso=", false), ("SSO=0", false), ("", false)])
    func theMarkIsRead(header: String, expected: Bool) {
        let bytes = Array(header.utf8)
        let cookies = SignInCookies(isSecure: false)
        #expect(cookies.isMarked(ByteRange(offset: 0, length: bytes.count), in: bytes.span) == expected)
    }
}
