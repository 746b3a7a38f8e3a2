import ArgumentParser
import Foundation
import FragmentProtocol
import Gateway

/// `gateway explain`: what the running gateway would do with an address, and why.
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Tells what an address is, what its page is made of, and where each part would come from now.",
        discussion: """
            Asks the admin address of the running gateway, which looks at its memory and at Redis, and fetches nothing. \
            A page is explained for a visitor without a session. Exits with 0, and with 2 when there is nobody to be asked \
            or the address is none.
            """
    )

    @Argument(help: "The address as a browser has it, such as http://blog.localhost:8080/.")
    var url: String

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
            let query = FragmentParameters([("url", self.url), ("format", self.format.rawValue)]).query
            let answer = try await client.send("GET", "/explain?\(query)")
            guard answer.status == 200 else { throw AdminClient.Failure(description: answer.text) }
            FileHandle.standardOutput.write(Data(answer.text.utf8))
        } catch {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
            throw ExitCode(2)
        }
    }
}
