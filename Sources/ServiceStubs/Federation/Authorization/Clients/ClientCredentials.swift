import Foundation

/// How a client says who it is: in `Authorization: Basic` or in the form, and never in both (RFC 6749, section 2.3.1).
struct ClientCredentials: Sendable, Equatable {
    let id: String
    let secret: String
    /// Whether they came in the header, so that the refusal has to name the scheme.
    let isBasic: Bool

    /// Reads them.
    ///
    /// - Parameters:
    ///   - authorization: The header's value.
    ///   - form: The form.
    /// - Throws: An ``OAuthError`` when there are none or too many.
    init(authorization: String?, form: OAuthParameters) throws(OAuthError) {
        guard let authorization else {
            guard let id = form["client_id"], let secret = form["client_secret"] else {
                throw OAuthError(.invalidClient, "the client must authenticate: by HTTP Basic or by client_secret")
            }
            self.init(id: id, secret: secret, isBasic: false)
            return
        }
        guard form["client_secret"] == nil else {
            throw OAuthError(.invalidRequest, "the client authenticates in two ways at once; use one")
        }
        let words = authorization.split(separator: " ", omittingEmptySubsequences: true)
        guard words.count == 2, words[0].lowercased() == "basic", let data = Data(base64Encoded: String(words[1])),
            let text = String(validating: data, as: UTF8.self), let colon = text.firstIndex(of: ":"),
            let id = Self.decode(text[..<colon]), let secret = Self.decode(text[text.index(after: colon)...])
        else {
            throw OAuthError(
                .invalidClient,
                "Authorization must be Basic, with the form-encoded client_id and secret (RFC 6749, section 2.3.1)"
            )
        }
        guard form["client_id"] ?? id == id else {
            throw OAuthError(.invalidRequest, "client_id is not the client that authenticates")
        }
        self.init(id: id, secret: secret, isBasic: true)
    }

    private init(id: String, secret: String, isBasic: Bool) {
        self.id = id
        self.secret = secret
        self.isBasic = isBasic
    }

    /// A text as HTML forms encode it.
    private static func decode(_ text: Substring) -> String? {
        text.replacing("+", with: " ").removingPercentEncoding
    }
}
