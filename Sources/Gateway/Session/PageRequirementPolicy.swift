/// Decides whether somebody may see a page, or do what its path does.
enum PageRequirementPolicy {
    /// What is known of the visitor.
    enum Visitor: Equatable {
        case signedIn(roles: [String])
        case anonymous
        /// They may be signed in, and the store cannot be reached.
        case unknown
    }

    enum Verdict: Equatable {
        case admit
        /// The browser is sent to the sign-in, and comes back.
        case signIn
        /// A program is told that it must sign in: `401`.
        case unauthorized
        /// The role is missing: `403`.
        case forbidden
        /// Nobody can tell now: `503`.
        case unavailable
    }

    /// - Parameters:
    ///   - requirement: what the page asks for; nil for nothing.
    ///   - visitor: what is known of the visitor.
    ///   - isNavigation: whether a person looks at the answer.
    /// - Returns: what to do.
    static func verdict(_ requirement: PageRequirement?, _ visitor: Visitor, isNavigation: Bool) -> Verdict {
        switch (requirement, visitor) {
        case (nil, _), (.login, .signedIn): .admit
        case (.role(let role), .signedIn(let roles)): roles.contains(role) ? .admit : .forbidden
        case (_, .unknown): .unavailable
        case (_, .anonymous): isNavigation ? .signIn : .unauthorized
        }
    }

    /// Whether a request is a person's who goes to the page: by what the browser says of it, and without that by what it
    /// takes.
    static func isNavigation(_ head: RequestHead, in bytes: Span<UInt8>) -> Bool {
        guard head.method == .get || head.method == .head else { return false }
        var fields = HeaderFields(of: head)
        while let (name, value) = fields.next(in: bytes) {
            guard bytes.matchesIgnoringCase("sec-fetch-mode", at: name) else { continue }
            return bytes.matches("navigate", at: value)
        }
        return ErrorPagePolicy.acceptsHTML(bytes, at: head.accept)
    }

    /// Where somebody signs in who then comes back to a page.
    static func signInPath(returningTo path: String) -> String { "/auth/login?return_to=" + Self.escaped(path) }

    /// A text as a parameter's value (RFC 3986, section 2.1): all but unreserved characters are escaped.
    private static func escaped(_ text: String) -> String {
        var result: [UInt8] = []
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in text.utf8 {
            switch byte {
            case 0x61...0x7a, 0x41...0x5a, 0x30...0x39, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                result.append(byte)
            default: result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 0xf)]]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
