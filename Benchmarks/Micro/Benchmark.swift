/// One stage of a request's way, or one path through several, on its own.
struct Benchmark: Sendable {
    /// Does a stage's work as often as it is told, and gives a number that depends on every result, so that no
    /// optimizer can leave any of the work out.
    typealias Work = (_ iterations: Int) throws -> Int

    /// `stage/case`, as the command line and the table know it.
    let name: String
    /// What one iteration is.
    let summary: String
    /// How many iterations callgrind counts: enough for what happens now and then, such as a table that grows, to level
    /// out.
    let iterations: Int
    /// Makes everything that the work needs and that is not measured.
    let prepare: @Sendable () throws -> Work

    init(_ name: String, _ summary: String, iterations: Int, prepare: @escaping @Sendable () throws -> Work) {
        self.name = name
        self.summary = summary
        self.iterations = iterations
        self.prepare = prepare
    }
}

/// What a benchmark's preparation found to be other than it has to be: what it would measure is not what it says.
struct PreparationFailure: Error, CustomStringConvertible {
    let description: String
}
