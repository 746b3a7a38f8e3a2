/// What a provider's token endpoint answers (RFC 6749, section 5).
struct TokenAnswer: Sendable, Equatable {
    /// Why an answer brings no tokens.
    enum Refusal: Error, Equatable {
        /// The grant is not good any more (`invalid_grant`).
        case refused
        /// The provider does not accept how the gateway asks: its client, its secret or its request; the code of the error.
        case misconfigured(String)
        /// The answer is not what it must be.
        case invalid(String)
        /// The provider is in trouble.
        case unavailable(String)
    }

    /// Bytes of the longest token.
    static let longestToken = 16 * 1024

    let access: String
    /// How long the access token holds; five minutes when the provider does not say.
    let lifetime: Duration
    let refresh: String?
    let identity: String?

    /// Reads an answer.
    ///
    /// - Parameters:
    ///   - status: its status.
    ///   - contentType: its `Content-Type`.
    ///   - body: its body.
    /// - Throws: why there are no tokens in it.
    init(status: Int, contentType: String?, body: [UInt8]) throws(Refusal) {
        guard status < 500, status != 429 else { throw .unavailable("status \(status)") }
        guard MediaType.isJSON(contentType) else { throw .invalid("status \(status), and the answer is not JSON") }
        guard let members = JSONTree.object(in: body) else { throw .invalid("the answer is not a JSON object") }
        guard status == 200 else {
            switch members["error"]?.text {
            case "invalid_grant"?: throw .refused
            case "temporarily_unavailable"?: throw .unavailable("temporarily_unavailable")
            case let error?: throw .misconfigured(error.printable)
            case nil: throw .invalid("status \(status)")
            }
        }
        guard let access = Self.token(members["access_token"]) else { throw .invalid("there is no access_token") }
        guard members["token_type"]?.text?.lowercased() == "bearer" else { throw .invalid("token_type is not Bearer") }
        switch members["expires_in"] {
        case nil, .null?: self.lifetime = .seconds(300)
        case .integer(let seconds)? where (1...31_536_000).contains(seconds): self.lifetime = .seconds(seconds)
        case .number(let seconds)? where seconds >= 1 && seconds <= 31_536_000: self.lifetime = .seconds(Int64(seconds))
        default: throw .invalid("expires_in is not a number of seconds")
        }
        self.access = access
        self.refresh = try Self.optional("refresh_token", members)
        self.identity = try Self.optional("id_token", members)
    }

    private static func optional(_ name: String, _ members: [String: JSONTree]) throws(Refusal) -> String? {
        switch members[name] {
        case nil, .null?: return nil
        case let member?:
            guard let token = self.token(member) else { throw .invalid("\(name) is not a token") }
            return token
        }
    }

    /// A token: visible characters (RFC 6749, appendix A.12), which can stand in a header.
    private static func token(_ member: JSONTree?) -> String? {
        guard let text = member?.text, (1...Self.longestToken).contains(text.utf8.count),
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f })
        else { return nil }
        return text
    }
}

/// What a `Content-Type` says (RFC 9110, section 8.3.1).
enum MediaType {
    /// Whether it is JSON, or a format that is written in it.
    static func isJSON(_ contentType: String?) -> Bool {
        guard let type = contentType?.split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false).first else {
            return false
        }
        let name = type.drop { $0 == " " }.lowercased()
        let trimmed = name.prefix { $0 != " " && $0 != "\t" }
        return trimmed == "application/json" || trimmed.hasPrefix("application/") && trimmed.hasSuffix("+json")
    }
}
