internal import Yams

/// A node of the file with its name for messages; each way to read it reports what is wrong and goes on.
struct ConfigurationCursor {
    /// A scalar's text after the environment came in.
    struct Text {
        /// The text.
        let value: String
        /// Whether the text stood without quotes, so that it may be a number, a truth value or nothing.
        let isPlain: Bool
        /// The names of the environment variables in it.
        let variables: [String]
    }

    let reader: ConfigurationReader
    let node: Node
    /// The node's name for messages: `fragments.cart/*.ttl`, `pages[2]`; empty for the whole file.
    let name: String
    let position: ConfigurationPosition

    init(reader: ConfigurationReader, node: Node, name: String, parent: ConfigurationPosition) {
        self.reader = reader
        self.node = node
        self.name = name
        self.position = node.mark.map { ConfigurationPosition(line: $0.line, column: $0.column) } ?? parent
    }

    /// Notes a mistake at this node.
    func report(_ message: String) {
        reader.report(message, at: position)
    }

    /// Whether this is a list.
    var isList: Bool { node.sequence != nil }

    /// Whether this is a map.
    var isMap: Bool { node.mapping != nil }

    /// Whether this is a list or map without entries.
    var isEmptyCollection: Bool { node.sequence?.isEmpty ?? node.mapping?.isEmpty ?? false }

    /// Whether this is the plain word `off`, `false` or `no`, or `off` in quotes or from the environment.
    var isOff: Bool {
        guard let scalar = node.scalar else { return false }
        if scalar.style == .plain, ["false", "no"].contains(scalar.string) { return true }
        return reader.expandQuietly(scalar.string) == "off"
    }

    /// Whether this is nothing, `~` or `null`.
    var isNull: Bool {
        guard let scalar = node.scalar, scalar.style == .plain else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }

    /// The entries of a list; `nil`, with an error, when this is none.
    func list(expectation: String) -> [ConfigurationCursor]? {
        guard let sequence = node.sequence else {
            reportMismatch(expectation)
            return nil
        }
        guard acceptTag() else { return nil }
        return sequence.enumerated().compactMap { index, element in
            let entry = ConfigurationCursor(
                reader: reader,
                node: element,
                name: "\(name)[\(index)]",
                parent: position
            )
            return reader.admitNode(at: entry.position) ? entry : nil
        }
    }

    /// The entries of a map, in order and each key once; `nil`, with an error, when this is none.
    func members(expectation: String) -> [(key: ConfigurationKey, value: ConfigurationCursor)]? {
        guard let mapping = node.mapping else {
            reportMismatch(expectation)
            return nil
        }
        guard acceptTag() else { return nil }
        var seen: [String: ConfigurationPosition] = [:]
        return mapping.compactMap { keyNode, valueNode in
            let place = keyNode.mark.map { ConfigurationPosition(line: $0.line, column: $0.column) } ?? position
            guard reader.admitNode(at: place) else { return nil }
            guard let text = keyNode.scalar?.string else {
                reader.report("a key\(inThis) must be a text, not \(Self.kind(of: keyNode))", at: place)
                return nil
            }
            guard text != "<<" else {
                reader.report("merging with '<<' is not supported; write the keys out", at: place)
                return nil
            }
            if let first = seen[text] {
                reader.report(
                    "the key '\(ConfigurationReader.shown(text))' is given more than once\(inThis) (first on line "
                        + "\(first.line)); keep one of them",
                    at: place
                )
                return nil
            }
            seen[text] = place
            let path = name.isEmpty ? text : "\(name).\(text)"
            let value = ConfigurationCursor(
                reader: reader,
                node: valueNode,
                name: ConfigurationReader.shown(path),
                parent: place
            )
            return (ConfigurationKey(text: text, position: place), value)
        }
    }

    /// The text of a scalar; `nil`, with an error, when this is none or it names a variable that is not set.
    func text(expectation: String) -> Text? {
        guard let scalar = node.scalar, !isNull else {
            reportMismatch(expectation)
            return nil
        }
        guard acceptTag(), let expanded = reader.expand(scalar.string, named: name, at: position) else { return nil }
        return Text(value: expanded.text, isPlain: scalar.style == .plain, variables: expanded.variables)
    }

    /// The value of a scalar with where it came from; `nil`, with an error, when it has not the form.
    func value<Value>(_ form: ScalarForm<Value>) -> (value: Value, origin: EffectiveConfiguration.Origin)? {
        guard let text = text(expectation: form.expectation) else { return nil }
        switch form.parse(text.value) {
        case .value(let value):
            return (value, .file(line: position.line, variables: text.variables))
        case .mismatch:
            let found = form.isSecret ? "" : ", not '\(ConfigurationReader.shown(text.value))'"
            report("\(name) must be \(form.expectation)\(found)")
        case .refused(let why):
            report("\(name): \(why)")
        }
        return nil
    }

    /// Notes that this is not what it should be.
    func reportMismatch(_ expectation: String) {
        if isNull {
            report("\(subject) has no value; it must be \(expectation)")
        } else if node.scalar != nil {
            report("\(subject) must be \(expectation), not a single value")
        } else {
            report("\(subject) must be \(expectation), not \(Self.kind(of: node))")
        }
    }

    private var subject: String { name.isEmpty ? "the file" : name }

    /// ` in fragments.cart/*`, or nothing at the top.
    private var inThis: String { name.isEmpty ? "" : " in \(name)" }

    /// Refuses tags that YAML itself does not define, which would otherwise be dropped without a word.
    private func acceptTag() -> Bool {
        let tag = node.tag.description
        guard tag.isEmpty || tag.hasPrefix("tag:yaml.org,2002:") else {
            report("\(subject): the tag '\(ConfigurationReader.shown(tag))' is not known; take it out")
            return false
        }
        return true
    }

    private static func kind(of node: Node) -> String {
        switch node {
        case .scalar: "a single value"
        case .mapping: "a map"
        case .sequence: "a list"
        case .alias: "an alias"
        }
    }
}

/// A key of a map with its place.
struct ConfigurationKey {
    let text: String
    let position: ConfigurationPosition
}
