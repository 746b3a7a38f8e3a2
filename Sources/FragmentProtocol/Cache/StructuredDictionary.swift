/// A dictionary of structured fields (RFC 8941, section 3.2), as far as directives need it.
///
/// The whole grammar is checked, since one mistake makes the whole field void (section 4.2).
struct StructuredDictionary {
    /// A name with its value.
    struct Member: Hashable {
        /// The name.
        var name: String
        /// The value.
        var value: StructuredFieldReader.Value
    }

    /// The members, each name once.
    private(set) var members: [Member] = []

    /// The dictionary, or nil when the text is none.
    init?(parsing text: some StringProtocol) {
        var reader = StructuredFieldReader(text)
        reader.skip { $0 == UInt8(ascii: " ") }
        while !reader.rest.isEmpty {
            guard let name = reader.key() else { return nil }
            var value = StructuredFieldReader.Value.boolean(true)
            if reader.take("=") {
                guard let read = reader.itemOrInnerList() else { return nil }
                value = read
            }
            guard reader.parameters() else { return nil }
            members.removeAll { $0.name == name }
            members.append(Member(name: name, value: value))
            reader.skip { $0.isFieldSpace }
            if reader.rest.isEmpty { return }
            guard reader.take(",") else { return nil }
            reader.skip { $0.isFieldSpace }
            // A comma at the end is a mistake (section 4.2.2).
            if reader.rest.isEmpty { return nil }
        }
    }
}
