import Testing

@testable import Gateway

@Suite("How long what the store said of a session is believed")
struct SessionFreshnessPolicyTests {
    typealias Policy = SessionFreshnessPolicy

    @Test(
        arguments: [
            // The store has answered: its answer serves for a second at most.
            (nil, nil, .ask), (0, nil, .use), (499, nil, .use), (500, nil, .useAndAsk), (999, nil, .useAndAsk),
            (1000, nil, .ask), (10_000_000, nil, .ask),
            // A clock that was put back.
            (-1, nil, .ask), (-100_000, nil, .ask),
            // The store is away: who was known lately goes on, and nobody waits.
            (1000, 0, .use), (29_999, 0, .use), (29_999, 999, .use), (2000, 1000, .useAndAsk),
            (29_999, 1000, .useAndAsk),
            // Not for ever.
            (30_000, 0, .refuse), (30_000, 1000, .ask),
            // Of others nothing is known.
            (nil, 0, .refuse), (nil, 999, .refuse), (nil, 1000, .ask), (nil, -1, .ask), (-1, 0, .refuse),
        ] as [(Int?, Int?, Policy.Step)]
    )
    func steps(confirmed: Int?, failed: Int?, expected: Policy.Step) {
        #expect(
            Policy.step(
                confirmed: confirmed.map { .milliseconds($0) },
                failed: failed.map { .milliseconds($0) }
            ) == expected
        )
    }
}
