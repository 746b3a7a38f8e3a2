import FoundationEssentials

/// How a client proves itself by HTTP's own means.
enum ClientCredentials {
    /// The value of `Authorization`: id and secret, each encoded as in a form and then both in base64 (RFC 6749, section 2.3.1).
    static func basic(_ client: SignOnSettings.Client) -> String {
        let pair = "\(Self.encoded(client.identifier)):\(Self.encoded(client.secret.reveal()))"
        return "Basic \(Data(pair.utf8).base64EncodedString())"
    }

    private static func encoded(_ text: String) -> String {
        // A field without a value ends in its equals sign.
        String(decoding: FormBody([FormField(name: text, value: "")]).encoded().dropLast(), as: UTF8.self)
    }
}
