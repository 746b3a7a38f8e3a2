/// What reading one file shares: its name, the environment, the mistakes so far, and the record of effective values.
final class ConfigurationReader {
    let file: String
    private let environment: [String: String]
    private(set) var errors: [ConfigurationError] = []
    private(set) var effective = EffectiveConfiguration.Recorder()
    private var nodes = 0

    init(file: String, environment: [String: String]) {
        self.file = file
        self.environment = environment
    }

    /// Notes a mistake and goes on.
    func report(_ message: String, at position: ConfigurationPosition?) {
        errors.append(ConfigurationError(file: file, position: position, message: message))
    }

    /// Counts a node that is looked at; `false`, with one error, when aliases make them too many.
    func admitNode(at position: ConfigurationPosition) -> Bool {
        nodes += 1
        if nodes == ConfigurationDocument.maximumNodes + 1 {
            report(
                "more than \(ConfigurationDocument.maximumNodes) values, counting what aliases stand for; write fewer",
                at: position
            )
        }
        return nodes <= ConfigurationDocument.maximumNodes
    }

    /// The same as ``expand(_:named:at:)``, for a look ahead: mistakes are told when the value is read.
    func expandQuietly(_ text: String) -> String? {
        guard case .text(let expanded, _) = EnvironmentExpansion.expand(text, environment: environment) else {
            return nil
        }
        return expanded
    }

    /// A scalar's text with `${NAME}` and `${NAME:-default}` replaced, and the names that were; `nil` after a mistake.
    func expand(
        _ text: String,
        named name: String,
        at position: ConfigurationPosition
    ) -> (text: String, variables: [String])? {
        switch EnvironmentExpansion.expand(text, environment: environment) {
        case .text(let expanded, let variables):
            return (expanded, variables)
        case .missing(let variables):
            for variable in variables {
                report(
                    "\(name) needs the environment variable '\(variable)', which is not set; "
                        + "set it, or give a default with ${\(variable):-…}",
                    at: position
                )
            }
            return nil
        case .malformed(let what):
            report(
                "\(name): \(what); write ${NAME} or ${NAME:-default}, and $${ for the two characters themselves",
                at: position
            )
            return nil
        }
    }

    /// Adds to the record of effective values.
    func record(_ change: (inout EffectiveConfiguration.Recorder) -> Void) {
        change(&effective)
    }

    /// A text of the file as a message shows it: one line, and not too long.
    static func shown(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars.prefix(60) {
            result += scalar.properties.generalCategory == .control ? scalar.escaped(asASCII: true) : String(scalar)
        }
        return text.unicodeScalars.count > 60 ? result + "…" : result
    }
}
