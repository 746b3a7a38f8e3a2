import ArgumentParser
import Foundation
import Gateway

/// `gateway check`: says what is wrong with a site before it is served.
struct CheckCommand: AsyncParsableCommand {
    /// How findings are written.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case text
        case json
    }

    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Checks the configuration and the templates of a site, and its services with --live.",
        discussion: """
            Prints what is wrong, what each page depends on, and each use of 'safe'. Exits with 0 when there is no \
            error, 1 when there are some, and 2 when the configuration cannot be read.
            """
    )

    @Option(help: "The configuration file.")
    var config = "gateway.yaml"

    @Flag(help: "Ask the running services for their manifests, and try their fragments out.")
    var live = false

    @Flag(help: "Take warnings for errors.")
    var strict = false

    @Option(help: "How findings are written: text or json.")
    var format = Format.text

    func run() async throws {
        let check = SiteCheck(
            configurationPath: config,
            environment: ProcessInfo.processInfo.environment,
            isLive: live,
            isStrict: strict
        )
        let report = await check.run()
        if report.isUnreadable, format == .text {
            let message = report.findings.map { "\($0)\n" }.joined()
            FileHandle.standardError.write(Data(message.utf8))
        } else {
            let text = format == .json ? try report.json() : report.text
            FileHandle.standardOutput.write(Data(text.utf8))
        }
        if report.exitStatus != 0 { throw ExitCode(report.exitStatus) }
    }
}
