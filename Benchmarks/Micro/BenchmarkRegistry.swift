/// All benchmarks, in the order of a request's way.
enum BenchmarkRegistry {
    /// A new stage adds its list here.
    static let all: [Benchmark] =
        RequestBenchmarks.all + RouteBenchmarks.all + SessionBenchmarks.all + LanguageBenchmarks.all
        + TemplateBenchmarks.all + IdentifierBenchmarks.all + MemoryBenchmarks.all + RedisBenchmarks.all
        + FreshnessBenchmarks.all + PageBenchmarks.all

    /// The benchmarks of the names, or of the stages of the names; all without any.
    static func select(_ names: [String]) throws(UnknownBenchmark) -> [Benchmark] {
        guard !names.isEmpty else { return self.all }
        var selected: [Benchmark] = []
        for name in names {
            let found = self.all.filter { $0.name == name || $0.name.hasPrefix(name + "/") }
            guard !found.isEmpty else { throw UnknownBenchmark(name: name) }
            selected += found
        }
        return selected
    }
}

/// A name that no benchmark and no stage has.
struct UnknownBenchmark: Error, CustomStringConvertible {
    let name: String

    var description: String { "there is no benchmark or stage '\(self.name)'; 'benchmarks list' names them all" }
}
