import ArgumentParser
import Foundation
import Gateway
import Logging
import ServiceLifecycle
import UnixSignals

/// `gateway serve`: serves until SIGTERM or SIGINT; a second one ends it at once.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serves the site that a gateway.yaml describes."
    )

    @Option(help: "The configuration file.")
    var config = "gateway.yaml"

    @Flag(help: "Take changed templates and configuration in as soon as they are saved, and show mistakes as pages.")
    var watch = false

    @Option(help: "The least severe log messages that are written: trace, debug, info, notice, warning or error.")
    var logLevel = LogLevel.notice

    func run() async throws {
        var logger = Logger(label: "gateway") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = self.logLevel.level
        let server = GatewayServer(
            options: GatewayServer.Options(
                configurationPath: self.config,
                environment: ProcessInfo.processInfo.environment,
                watches: self.watch
            ),
            logger: logger
        )
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: server, successTerminationBehavior: .gracefullyShutdownGroup)],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger
            )
        )
        do {
            try await group.run()
        } catch let failure as SiteLoader.Failure {
            FileHandle.standardError.write(Data("\(failure)\n".utf8))
            throw ExitCode(2)
        }
    }
}

/// The severities of log messages, as the command line names them.
enum LogLevel: String, CaseIterable, ExpressibleByArgument {
    case trace
    case debug
    case info
    case notice
    case warning
    case error

    var level: Logger.Level {
        switch self {
        case .trace: .trace
        case .debug: .debug
        case .info: .info
        case .notice: .notice
        case .warning: .warning
        case .error: .error
        }
    }
}
