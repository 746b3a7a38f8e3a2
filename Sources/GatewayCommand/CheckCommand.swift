import ArgumentParser
import Foundation
import Gateway

/// `gateway check`: says what is wrong with a site before it is served, or with a service before it joins one.
struct CheckCommand: AsyncParsableCommand {
    /// How findings are written.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case text
        case json
    }

    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Checks a site's configuration and templates, and its services with --live; or one service.",
        discussion: """
            Prints what is wrong, what each page depends on, and each use of 'safe'. With --service it asks that \
            service alone, needs no configuration, and prints what breaks the protocol (Docs/Protocol.md) and how to \
            mend it. Exits with 0 when there is no error, 1 when there are some, and 2 when the configuration cannot \
            be read or the service cannot be reached.
            """
    )

    @Option(help: "The configuration file.")
    var config = "gateway.yaml"

    @Flag(help: "Ask the running services for their manifests, and try their fragments out.")
    var live = false

    @Option(help: ArgumentHelp("Check the service at this address instead of a site.", valueName: "url"))
    var service: String?

    @OptionGroup(title: "Options of --service")
    var serviceOptions: ServiceOptions

    @Flag(help: "Take warnings for errors.")
    var strict = false

    @Option(help: "How findings are written: text or json.")
    var format = Format.text

    func run() async throws {
        let report = if let service { try await checkService(at: service) } else { await checkSite() }
        if report.isUnreadable, format == .text {
            Self.complain(report.findings.map { "\($0)\n" }.joined())
        } else {
            let text = format == .json ? try report.json() : report.text
            FileHandle.standardOutput.write(Data(text.utf8))
        }
        if report.exitStatus != 0 { throw ExitCode(report.exitStatus) }
    }

    private func checkSite() async -> CheckReport {
        let check = SiteCheck(
            configurationPath: config,
            environment: ProcessInfo.processInfo.environment,
            isLive: live,
            isStrict: strict
        )
        return await check.run()
    }

    private func checkService(at address: String) async throws -> CheckReport {
        do throws(ServiceOptions.Mistake) {
            if live { throw ServiceOptions.Mistake(description: "--live asks all services of a site; leave it out") }
            var settings = try serviceOptions.settings(for: address, environment: ProcessInfo.processInfo.environment)
            settings.isStrict = strict
            return await ServiceCheck(settings).run()
        } catch {
            Self.complain("\(error)\n")
            throw ExitCode(2)
        }
    }

    private static func complain(_ text: String) {
        FileHandle.standardError.write(Data(text.utf8))
    }
}
