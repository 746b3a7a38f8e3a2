import ArgumentParser

/// `benchmarks once`: prepares one benchmark and runs it as often as it is told, for callgrind to count.
///
/// Nothing but the number of iterations differs between two runs, so that the difference of their instructions is that
/// of the iterations alone.
struct OnceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "once",
        abstract: "Runs one benchmark exactly as often as it is told."
    )

    @Argument(help: "The benchmark.")
    var name: String

    @Option(help: "How often.")
    var iterations: Int

    func validate() throws {
        guard self.iterations > 0 else { throw ValidationError("--iterations is a number above zero") }
    }

    func run() throws {
        guard let benchmark = BenchmarkRegistry.all.first(where: { $0.name == self.name }) else {
            throw UnknownBenchmark(name: self.name)
        }
        let work = try benchmark.prepare()
        print(try work(self.iterations))
    }
}
