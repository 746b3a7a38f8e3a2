internal import FoundationEssentials

/// What a service answers to a form, as JSON.
///
/// With status `2xx`, ``redirect`` is where the browser goes next; with `422`, ``errors`` says what is wrong with the
/// form's fields.
public struct ActionAnswer: Codable, Hashable, Sendable {
    /// Where the browser goes: a path of this host, or a URL of another host of the gateway.
    public var redirect: String?
    /// A message that the next page shows once.
    public var flash: String?
    /// Tags whose copies are purged before the answer leaves.
    public var purge: [String]
    /// What is wrong, by the form's fields.
    public var errors: [String: String]
    /// Who has just proved who they are; the gateway honours it from the sign-on provider alone.
    public var session: ProvenSession?

    /// An answer of its parts.
    public init(
        redirect: String? = nil,
        flash: String? = nil,
        purge: [String] = [],
        errors: [String: String] = [:],
        session: ProvenSession? = nil
    ) {
        self.redirect = redirect
        self.flash = flash
        self.purge = purge
        self.errors = errors
        self.session = session
    }

    /// Reads the answer; each member may be missing.
    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        redirect = try members.decodeIfPresent(String.self, forKey: .redirect)
        flash = try members.decodeIfPresent(String.self, forKey: .flash)
        purge = try members.decodeIfPresent([String].self, forKey: .purge) ?? []
        errors = try members.decodeIfPresent([String: String].self, forKey: .errors) ?? [:]
        session = try members.decodeIfPresent(ProvenSession.self, forKey: .session)
    }

    /// The answer as JSON in UTF-8.
    ///
    /// - Returns: the body of the answer.
    /// - Throws: what the encoder throws; it has no reason to for texts.
    public func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return [UInt8](try encoder.encode(self))
    }

    /// The answer in a service's body.
    ///
    /// - Parameter bytes: JSON in UTF-8.
    /// - Returns: the answer.
    /// - Throws: a `DecodingError` when the bytes are not such JSON.
    public static func decode(from bytes: some Sequence<UInt8>) throws -> ActionAnswer {
        try JSONDecoder().decode(ActionAnswer.self, from: Data(bytes))
    }
}
