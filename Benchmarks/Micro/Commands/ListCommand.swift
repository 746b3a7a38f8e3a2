import ArgumentParser

/// `benchmarks list`: one line each, of the name, the iterations that callgrind counts and what one is, with tabs between.
struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Lists the benchmarks: name, iterations under callgrind, and what one iteration is."
    )

    func run() {
        for benchmark in BenchmarkRegistry.all {
            print("\(benchmark.name)\t\(benchmark.iterations)\t\(benchmark.summary)")
        }
    }
}
