import ArgumentParser
import Foundation
import Gateway

/// `gateway doctor`: tells what is wrong with a deployment before its users do.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Tells what is wrong with a deployment before its users do, and what to do about it.",
        discussion: """
            Looks at the addresses, secrets and cookies of the configuration, at where the hosts' names lead, and at the \
            sign-on's provider: whether it is the one that is configured, knows S256, shows its keys and has the same time. Exits \
            with 0 when all is well, 1 for findings, and 2 when the configuration cannot be read.
            """
    )

    @Option(help: "The configuration file.")
    var config = "gateway.yaml"

    @Flag(help: "Ask nothing on the network.")
    var offline = false

    func run() async throws {
        let doctor: Doctor
        do throws(ConfigurationErrors) {
            doctor = try Doctor(configurationPath: config, environment: ProcessInfo.processInfo.environment)
        } catch {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
            throw ExitCode(2)
        }
        let findings = await doctor.examine(isOffline: offline)
        guard !findings.isEmpty else {
            FileHandle.standardError.write(Data("All is well.\n".utf8))
            return
        }
        FileHandle.standardOutput.write(Data(findings.map { "\($0)\n" }.joined().utf8))
        throw ExitCode(1)
    }
}
