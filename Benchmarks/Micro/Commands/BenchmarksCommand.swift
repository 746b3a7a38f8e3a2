import ArgumentParser

/// `benchmarks`: the stages of a request's way, each alone.
///
/// Its sources are compiled into one module with the gateway's own (`Gateway` here is a link to `Sources/Gateway`), with
/// the same settings: what is measured is inlined and specialised as in the gateway, and nothing of the gateway is opened
/// to other modules for the sake of measuring it.
@main
struct BenchmarksCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "benchmarks",
        abstract: "Measures the stages of a request's way, each alone.",
        subcommands: [ListCommand.self, RunCommand.self, OnceCommand.self]
    )
}
