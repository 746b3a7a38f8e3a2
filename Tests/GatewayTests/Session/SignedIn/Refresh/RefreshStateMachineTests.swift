import Testing

@testable import Gateway

@Suite("The exchange of a refresh token")
struct RefreshStateMachineTests {
    typealias Machine = RefreshStateMachine

    /// What is told to the machine.
    enum Input {
        case locked(Bool)
        case found(Machine.Finding)
        case impatient
        case answered(Machine.Answer)
        case recovered(Bool)
        case done
    }

    @Test(
        arguments: [
            // Alone.
            (
                [.locked(true), .found(.unchanged), .answered(.tokens), .done],
                [.lock, .look, .ask, .store, .finish(.refreshed, releases: true)]
            ),
            // Another has exchanged it between the visit and the lock.
            ([.locked(true), .found(.changed)], [.lock, .look, .finish(.refreshed, releases: true)]),
            ([.locked(true), .found(.gone)], [.lock, .look, .finish(.ended, releases: true)]),
            // Another exchanges it.
            (
                [.locked(false), .found(.changed)],
                [.lock, .wait, .finish(.refreshed, releases: false)]
            ),
            ([.locked(false), .found(.gone)], [.lock, .wait, .finish(.ended, releases: false)]),
            ([.locked(false), .impatient], [.lock, .wait, .finish(.unavailable, releases: false)]),
            // The other is gone, and its lock runs out.
            (
                [
                    .locked(false), .found(.unchanged), .locked(false), .found(.unchanged), .locked(true),
                    .found(.unchanged), .answered(.tokens), .done,
                ],
                [.lock, .wait, .lock, .wait, .lock, .look, .ask, .store, .finish(.refreshed, releases: true)]
            ),
            // The provider refuses it: because another has used it, or for good.
            (
                [.locked(true), .found(.unchanged), .answered(.refused), .found(.changed)],
                [.lock, .look, .ask, .look, .finish(.refreshed, releases: true)]
            ),
            (
                [.locked(true), .found(.unchanged), .answered(.refused), .found(.unchanged), .recovered(true)],
                [.lock, .look, .ask, .look, .recover, .finish(.refreshed, releases: true)]
            ),
            (
                [.locked(true), .found(.unchanged), .answered(.refused), .found(.unchanged), .recovered(false), .done],
                [.lock, .look, .ask, .look, .recover, .end, .finish(.ended, releases: true)]
            ),
            (
                [.locked(true), .found(.unchanged), .answered(.refused), .found(.gone)],
                [.lock, .look, .ask, .look, .finish(.ended, releases: true)]
            ),
            // It answers nonsense, or not at all.
            (
                [.locked(true), .found(.unchanged), .answered(.invalid), .done],
                [.lock, .look, .ask, .end, .finish(.ended, releases: true)]
            ),
            (
                [.locked(true), .found(.unchanged), .answered(.unavailable)],
                [.lock, .look, .ask, .finish(.unavailable, releases: true)]
            ),
        ] as [([Input], [Machine.Action])]
    )
    func sequences(inputs: [Input], expected: [Machine.Action]) {
        var machine = Machine()
        var actions = [machine.begin()]
        for input in inputs {
            switch input {
            case .locked(let isMine): actions.append(machine.locked(isMine))
            case .found(let finding): actions.append(machine.found(finding))
            case .impatient: actions.append(machine.impatient())
            case .answered(let answer): actions.append(machine.answered(answer))
            case .recovered(let isThere): actions.append(machine.recovered(isThere))
            case .done: actions.append(machine.done())
            }
        }
        #expect(actions == expected)
    }

    @Test(
        arguments: [
            (nil, .goOn), (60_001, .goOn), (60_000, .inBackground), (1, .inBackground), (0, .now), (-1, .now),
        ] as [(Int?, RefreshPolicy.Step)]
    )
    func dueness(left: Int?, expected: RefreshPolicy.Step) {
        let now = Instant(milliseconds: 1_790_000_000_000)
        let step = RefreshPolicy.step(end: left.map { now + .milliseconds($0) }, now: now, early: .seconds(60))
        #expect(step == expected)
    }
}
