import ArgumentParser
import Foundation
import Gateway

/// `gateway config`: prints the configuration as it holds.
struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Prints the configuration as it holds, with where each value came from; secrets show as ***."
    )

    @Option(help: "The configuration file.")
    var config = "gateway.yaml"

    func run() throws {
        let effective: EffectiveConfiguration
        do throws(ConfigurationErrors) {
            effective = try EffectiveConfiguration.load(
                path: config,
                environment: ProcessInfo.processInfo.environment
            )
        } catch {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
            // A file that cannot be read at all has no mistakes with places.
            throw ExitCode(error.errors.allSatisfy { $0.position == nil } ? 2 : 1)
        }
        FileHandle.standardOutput.write(Data(effective.description.utf8))
    }
}
