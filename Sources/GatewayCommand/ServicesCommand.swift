import ArgumentParser
import Foundation
import FragmentProtocol
import Gateway

/// `gateway services`: how the services do, and what they say of themselves, as the running gateway knows it.
struct ServicesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "services",
        abstract: "Tells of each service what its manifests say and how its upstreams do.",
        discussion: """
            Asks the admin address of the running gateway, which tells what it knows and asks no service. Exits with 0, \
            and with 2 when there is nobody to be asked.
            """
    )

    @Option(help: "The configuration file, which names the admin address.")
    var config = "gateway.yaml"

    @Option(help: "How it is written: text or json.")
    var format = CheckCommand.Format.text

    func run() async throws {
        do throws(AdminClient.Failure) {
            let client = try AdminClient(
                configurationPath: self.config,
                environment: ProcessInfo.processInfo.environment
            )
            let query = FragmentParameters([("format", self.format.rawValue)]).query
            let answer = try await client.send("GET", "/services?\(query)")
            guard answer.status == 200 else { throw AdminClient.Failure(description: answer.text) }
            FileHandle.standardOutput.write(Data(answer.text.utf8))
        } catch {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
            throw ExitCode(2)
        }
    }
}
