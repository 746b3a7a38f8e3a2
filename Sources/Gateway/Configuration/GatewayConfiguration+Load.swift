internal import FoundationEssentials

extension GatewayConfiguration {
    /// Reads a configuration from a text.
    ///
    /// - Parameters:
    ///   - text: the YAML.
    ///   - file: the name of the file for messages; the templates' folder is found from its folder.
    ///   - environment: what `${NAME}` stands for.
    /// - Returns: the configuration.
    /// - Throws: all the mistakes of the text.
    package static func load(
        text: String,
        file: String,
        environment: [String: String]
    ) throws(ConfigurationErrors) -> GatewayConfiguration {
        try read(text: text, file: file, environment: environment).configuration
    }

    /// Reads a configuration from a file.
    ///
    /// - Parameters:
    ///   - path: the file, as messages name it.
    ///   - environment: what `${NAME}` stands for.
    /// - Returns: the configuration.
    /// - Throws: that the file cannot be read, or all its mistakes.
    package static func load(
        path: String,
        environment: [String: String]
    ) throws(ConfigurationErrors) -> GatewayConfiguration {
        try load(text: contents(ofFile: path), file: path, environment: environment)
    }

    /// A configuration with the record of its effective values.
    static func read(
        text: String,
        file: String,
        environment: [String: String]
    ) throws(ConfigurationErrors) -> (configuration: GatewayConfiguration, effective: EffectiveConfiguration) {
        let start = ConfigurationPosition(line: 1, column: 1)
        let root = try ConfigurationDocument.root(of: text, file: file)
        let reader = ConfigurationReader(file: file, environment: environment)
        let cursor = root.map { ConfigurationCursor(reader: reader, node: $0, name: "", parent: start) }
        let section: ConfigurationSection
        if let cursor, !cursor.isNull {
            section = ConfigurationSection(cursor, expectation: "a map of keys such as 'services:'")
        } else {
            section = ConfigurationSection(absent: "", reader: reader, position: start)
        }
        guard section.isReadable else { throw ConfigurationErrors(reader.errors) }
        let configuration = GatewayConfiguration(section)
        guard reader.errors.isEmpty else { throw ConfigurationErrors(reader.errors) }
        return (configuration, reader.effective.finished(file: file))
    }

    /// The text of a file.
    static func contents(ofFile path: String) throws(ConfigurationErrors) -> String {
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: path, directoryHint: .notDirectory))
        } catch {
            let reason =
                switch (error as? CocoaError)?.code {
                case .fileReadNoSuchFile?, .fileNoSuchFile?: "there is no such file; name another with --config"
                case .fileReadNoPermission?: "the file may not be read; change its permissions"
                default: "the file cannot be read (\(error))"
                }
            throw ConfigurationErrors([ConfigurationError(file: path, position: nil, message: reason)])
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            let message = "the file is not UTF-8; save it in that encoding"
            throw ConfigurationErrors([ConfigurationError(file: path, position: nil, message: message)])
        }
        return text
    }
}

extension EffectiveConfiguration {
    /// The effective values of a text, read as by ``GatewayConfiguration/load(text:file:environment:)``.
    package static func load(
        text: String,
        file: String,
        environment: [String: String]
    ) throws(ConfigurationErrors) -> EffectiveConfiguration {
        try GatewayConfiguration.read(text: text, file: file, environment: environment).effective
    }

    /// The effective values of a file, read as by ``GatewayConfiguration/load(path:environment:)``.
    package static func load(
        path: String,
        environment: [String: String]
    ) throws(ConfigurationErrors) -> EffectiveConfiguration {
        try load(text: GatewayConfiguration.contents(ofFile: path), file: path, environment: environment)
    }
}
