import ArgumentParser
import Foundation
import Gateway

/// `gateway jwks`: prints the public keys by which services check who asks.
struct JwksCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jwks",
        abstract: "Prints the public keys that Gateway-Identity is signed with, as a JWK set.",
        discussion: """
            Needs identity: { algorithm: eddsa } in the configuration. With hs256 the services have the secret itself, and \
            there is no public key: then it says so and exits with 1.
            """
    )

    @Option(help: "The configuration file.")
    var config = "gateway.yaml"

    func run() throws {
        let set: PublicKeySet
        do throws(ConfigurationErrors) {
            set = try PublicKeySet(configurationPath: config, environment: ProcessInfo.processInfo.environment)
        } catch {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
            throw ExitCode(2)
        }
        switch set {
        case .keys(let text): FileHandle.standardOutput.write(Data("\(text)\n".utf8))
        case .none(let why):
            FileHandle.standardError.write(Data("\(why)\n".utf8))
            throw ExitCode(1)
        }
    }
}
