import ArgumentParser

/// `benchmarks run`: nanoseconds of an iteration, one line a benchmark of its name and the median, with a tab between.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Prints the nanoseconds of an iteration of each benchmark: the median of several rounds."
    )

    /// An odd number, so that the median is a round that was measured.
    private static let rounds = 5

    @Argument(help: "The benchmarks, or stages such as 'page'; all when none is named.")
    var names: [String] = []

    @Option(help: "Iterations of a round; as many as fit into --time when left out.")
    var iterations: Int?

    @Option(help: "Seconds for each benchmark.")
    var time = 0.5

    func validate() throws {
        if let iterations, iterations <= 0 { throw ValidationError("--iterations is a number above zero") }
        guard self.time > 0, self.time <= 3600 else { throw ValidationError("--time is seconds, more than none") }
    }

    func run() throws {
        for benchmark in try BenchmarkRegistry.select(self.names) {
            let work = try benchmark.prepare()
            // Also what warms the caches of the processor and of the program.
            let count = try self.iterations ?? Self.count(of: work, for: self.time / Double(Self.rounds + 1))
            var rounds: [Double] = []
            for _ in 0..<Self.rounds { rounds.append(try Self.seconds(of: work, count) / Double(count)) }
            rounds.sort()
            print("\(benchmark.name)\t\(Self.nanoseconds(rounds[Self.rounds / 2]))")
        }
    }

    /// How many iterations take about as long as that.
    private static func count(of work: Benchmark.Work, for seconds: Double) throws -> Int {
        var count = 1
        while true {
            let elapsed = try Self.seconds(of: work, count)
            if elapsed >= seconds / 4 { return max(1, Int(Double(count) * seconds / elapsed)) }
            count *= 2
        }
    }

    private static func seconds(of work: Benchmark.Work, _ count: Int) throws -> Double {
        let clock = ContinuousClock()
        let start = clock.now
        // Put out of the optimizer's sight by the number that it gives.
        let checksum = try work(count)
        let elapsed = clock.now - start
        precondition(checksum != .min)
        return Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
    }

    private static func nanoseconds(_ seconds: Double) -> String {
        let tenths = Int((seconds * 1e10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
