import ArgumentParser

/// The gateway's command line.
@main
struct GatewayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gateway",
        abstract: "Composes the pages of several services, each on its own subdomain.",
        version: "0.1.0",
        subcommands: [
            ServeCommand.self, CheckCommand.self, ConfigCommand.self, ExplainCommand.self, ServicesCommand.self,
            PurgeCommand.self, DoctorCommand.self, JwksCommand.self,
        ]
    )
}
