internal import FoundationEssentials

/// A page's metadata, from its primary fragment: a JSON object such as `{"description":"…"}`.
public struct FragmentMeta: Hashable, Sendable, CustomStringConvertible, ExpressibleByDictionaryLiteral {
    /// The object as JSON in ASCII, as the field holds it; other characters are written `\uXXXX` (RFC 8259, section 7).
    public let json: String

    /// Metadata of names and values.
    public init(_ values: [String: ScalarValue]) {
        var writer = JSONWriter()
        writer.beginObject()
        for (name, value) in values.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            writer.member(name, value)
        }
        writer.endObject()
        json = writer.text
    }

    /// Metadata written as a literal, such as `["description": "…"]`; of equal names the last one counts.
    public init(dictionaryLiteral elements: (String, ScalarValue)...) {
        self.init(Dictionary(elements) { $1 })
    }

    /// The metadata of a field's value.
    ///
    /// - Parameter json: a JSON object of any depth.
    /// - Throws: a ``HeaderError`` when the text is no JSON object.
    public init(json: some StringProtocol) throws(HeaderError) {
        let failure = HeaderError(field: HeaderName.fragmentMeta, message: "\(quoted(json)) is not a JSON object")
        // The decoder takes other encodings than UTF-8, which it guesses by zero bytes and byte order marks.
        guard !json.utf8.contains(0), json.unicodeScalars.first != "\u{FEFF}" else { throw failure }
        do {
            _ = try JSONDecoder().decode([String: AnyJSON].self, from: Data(json.utf8))
        } catch {
            throw failure
        }
        guard let ascii = JSONWriter.escapingNonASCII(json) else { throw failure }
        self.json = String(Substring(ascii).trimmed)
    }

    /// The members that are texts, numbers and truth values; those that are null, arrays or objects are left out.
    public var values: [String: ScalarValue] {
        // The text was checked when the value was made, so there is no error to report.
        let members = try? JSONDecoder().decode([String: AnyJSON].self, from: Data(json.utf8))
        return (members ?? [:]).compactMapValues(\.scalar)
    }

    /// The JSON.
    public var description: String { json }
}

/// Any JSON value, of which only a scalar is kept.
private struct AnyJSON: Decodable {
    /// The value, where it is neither null nor an array nor an object.
    var scalar: ScalarValue?

    /// Accepts whatever stands there: the decoder has checked the syntax of the whole text before.
    init(from decoder: any Decoder) throws {
        // Failing is how a decoder says that the value is of another kind.
        scalar = try? ScalarValue(from: decoder)
    }
}
