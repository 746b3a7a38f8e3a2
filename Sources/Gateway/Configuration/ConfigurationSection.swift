/// A map of the file whose keys are known; what is left at the end was not known.
///
/// Reading a key also records its effective value, so that `gateway config` cannot forget one.
final class ConfigurationSection {
    let reader: ConfigurationReader
    /// The map's name for messages; empty for the whole file.
    let name: String
    let position: ConfigurationPosition
    /// Whether there is a map, or nothing where one may be left out.
    let isReadable: Bool
    private let members: [(key: ConfigurationKey, value: ConfigurationCursor)]
    private var known: Set<String> = []
    private var refused: Set<String> = []

    /// The section of a map; an empty one, with an error, when the cursor is at something else.
    init(_ cursor: ConfigurationCursor, expectation: String = "a map of keys") {
        self.reader = cursor.reader
        self.name = cursor.name
        self.position = cursor.position
        let members = cursor.members(expectation: expectation)
        self.members = members ?? []
        self.isReadable = members != nil
    }

    /// The section of a key that the file does not have.
    init(absent name: String, reader: ConfigurationReader, position: ConfigurationPosition) {
        self.reader = reader
        self.name = name
        self.position = position
        self.members = []
        self.isReadable = true
    }

    /// The cursor at a key's value; `nil` when the file does not have the key.
    func cursor(_ key: String) -> ConfigurationCursor? {
        known.insert(key)
        return members.first { $0.key.text == key }?.value
    }

    /// The section of a key, and what is read in it recorded below the key.
    func section<Value>(_ key: String, _ read: (ConfigurationSection) -> Value) -> Value {
        let section =
            cursor(key).map { ConfigurationSection($0) }
            ?? ConfigurationSection(absent: path(key), reader: reader, position: position)
        reader.record { $0.open(key) }
        defer { reader.record { $0.close() } }
        let value = read(section)
        section.finish()
        return value
    }

    /// The value of a key, or its default.
    func value<Value>(_ key: String, _ form: ScalarForm<Value>, default fallback: Value) -> Value {
        guard let cursor = cursor(key) else {
            reader.record { $0.value(key, form.print(fallback), .default) }
            return fallback
        }
        guard let (value, origin) = cursor.value(form) else { return fallback }
        reader.record { $0.value(key, form.print(value), origin) }
        return value
    }

    /// The value of a key that need not be there; `absent` is what `gateway config` shows then.
    func optional<Value>(_ key: String, _ form: ScalarForm<Value>, absent: EffectiveConfiguration.Absent) -> Value? {
        guard let cursor = cursor(key) else {
            reader.record { $0.absent(key, absent) }
            return nil
        }
        guard let (value, origin) = cursor.value(form) else { return nil }
        reader.record { $0.value(key, form.print(value), origin) }
        return value
    }

    /// The value of a key that must be there; `advice` is an example of it.
    func required<Value>(_ key: String, _ form: ScalarForm<Value>, advice: String) -> Value? {
        guard let cursor = cursor(key) else {
            reportMissing(key, advice: advice)
            return nil
        }
        guard let (value, origin) = cursor.value(form) else { return nil }
        reader.record { $0.value(key, form.print(value), origin) }
        return value
    }

    /// A list of scalars, or one scalar in place of a list of one; `nil` when the key is absent or is something else.
    func list<Value: Equatable>(_ key: String, of form: ScalarForm<Value>, plural: String) -> [Value]? {
        guard let cursor = cursor(key) else { return nil }
        var values: [Value] = []
        var variables: [String] = []
        let entries = cursor.isList || cursor.isMap || cursor.isNull ? cursor.list(expectation: plural) : [cursor]
        guard let entries else { return nil }
        for entry in entries {
            guard let (value, origin) = entry.value(form) else { continue }
            guard !values.contains(value) else {
                entry.report("\(entry.name): '\(form.plain(value))' is given twice; keep one of them")
                continue
            }
            values.append(value)
            variables += origin.variables
        }
        let text = "[" + values.map(form.print).joined(separator: ", ") + "]"
        let origin = EffectiveConfiguration.Origin.file(line: cursor.position.line, variables: variables)
        reader.record { $0.value(key, text, origin) }
        return values
    }

    /// The members with keys that are not listed; in a map that has them, no key is unknown.
    func free(except keys: Set<String>) -> [(key: ConfigurationKey, value: ConfigurationCursor)] {
        known.formUnion(members.map(\.key.text))
        return members.filter { !keys.contains($0.key.text) }
    }

    /// Notes that a key is not there but must be.
    func reportMissing(_ key: String, advice: String) {
        guard isReadable else { return }
        reader.report("\(path(key)) is missing; add \(advice)", at: position)
    }

    /// Refuses a key that belongs to the format, but not to this version.
    func refuse(_ key: String, _ advice: String) {
        refused.insert(key)
        guard let found = members.first(where: { $0.key.text == key }) else { return }
        reader.report("\(path(key)) is not supported by this version; \(advice)", at: found.key.position)
    }

    /// Reports the keys that nobody asked for.
    func finish() {
        let names = known.sorted()
        for (key, _) in members where !known.contains(key.text) && !refused.contains(key.text) {
            let place = name.isEmpty ? "" : " in \(name)"
            let advice = NearestKey.advice(for: key.text, in: names, of: "keys")
            reader.report("unknown key '\(ConfigurationReader.shown(key.text))'\(place); \(advice)", at: key.position)
        }
    }

    /// A key's name for messages.
    func path(_ key: String) -> String { name.isEmpty ? key : "\(name).\(key)" }
}
