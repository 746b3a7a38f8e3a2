import ArgumentParser
import Foundation
import FragmentProtocol
import Gateway

/// `gateway purge`: ends cached copies in all gateways.
struct PurgeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "purge",
        abstract: "Ends cached copies, in all gateways that share a Redis.",
        discussion: """
            Speaks to the admin address of the running gateway. Exits with 0 when no gateway serves what was purged any \
            more, 1 when nothing could be purged or a gateway has not taken it in yet, and 2 when there is nothing to \
            ask or nobody to be asked.
            """
    )

    @Option(help: "The configuration file, which names the admin address.")
    var config = "gateway.yaml"

    @Option(help: ArgumentHelp("What bears a tag.", valueName: "tag"))
    var tag: [String] = []

    @Option(help: ArgumentHelp("A fragment, such as blog/nav.", valueName: "service/type"))
    var fragment: [String] = []

    @Option(help: ArgumentHelp("A parameter of the one fragment that is named.", valueName: "name=value"))
    var param: [String] = []

    @Option(help: ArgumentHelp("All fragments and stored answers of a service.", valueName: "name"))
    var service: [String] = []

    @Option(help: ArgumentHelp("All fragments of a page.", valueName: "url"))
    var page: [String] = []

    @Option(help: ArgumentHelp("The stored answers of an address that a service answers itself.", valueName: "url"))
    var url: [String] = []

    @Flag(help: "Everything.")
    var all = false

    @Flag(help: "Let copies be served stale, while they are refreshed and where their service fails.")
    var soft = false

    func validate() throws {
        if !self.param.isEmpty, self.fragment.count != 1 {
            throw ValidationError("--param goes with exactly one --fragment")
        }
        if let malformed = self.param.first(where: { !$0.contains("=") }) {
            throw ValidationError("--param '\(malformed)' has no '='; write --param slug=bread")
        }
        if self.tag.isEmpty, self.fragment.isEmpty, self.service.isEmpty, self.page.isEmpty, self.url.isEmpty, !self.all
        {
            throw ValidationError("say what to purge: --tag, --fragment, --service, --page, --url or --all")
        }
    }

    func run() async throws {
        let answer: AdminClient.Answer
        do throws(AdminClient.Failure) {
            let client = try AdminClient(
                configurationPath: self.config,
                environment: ProcessInfo.processInfo.environment
            )
            answer = try await client.send("POST", "/purge?\(self.query)")
        } catch {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
            throw ExitCode(2)
        }
        guard (200..<300).contains(answer.status) else {
            FileHandle.standardError.write(Data(answer.text.utf8))
            throw ExitCode(answer.status == 400 ? 2 : 1)
        }
        FileHandle.standardOutput.write(Data(answer.text.utf8))
        if answer.status == 202 {
            let message = "Not every gateway has taken the purge in: 'late' names those that will when they can.\n"
            FileHandle.standardError.write(Data(message.utf8))
            throw ExitCode(1)
        }
    }

    /// What is asked for, as the admin address reads it.
    private var query: String {
        var pairs: [(name: String, value: String)] = self.tag.map { ("tag", $0) }
        if self.param.isEmpty {
            pairs += self.fragment.map { ("fragment", $0) }
        } else {
            let parameters = FragmentParameters(
                self.param.map { text in
                    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                    return (String(parts[0]), String(parts[1]))
                }
            )
            pairs.append(("fragment", "\(self.fragment[0])?\(parameters.query)"))
        }
        pairs += self.service.map { ("service", $0) }
        pairs += self.page.map { ("page", $0) }
        pairs += self.url.map { ("url", $0) }
        if self.all { pairs.append(("all", "true")) }
        if self.soft { pairs.append(("soft", "true")) }
        return pairs.map { FragmentParameters([$0]).query }.joined(separator: "&")
    }
}
