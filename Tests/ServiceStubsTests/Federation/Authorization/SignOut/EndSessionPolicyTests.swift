import Testing

@testable import ServiceStubs

struct EndSessionPolicyTests {
    private typealias Question = EndSessionPolicy.Question

    private static let hint = EndSessionPolicy.Hint(client: "blog", subject: "user-1", session: "s1")

    @Test(
        arguments: [
            (.init(), nil, nil, .end(sessions: [], goTo: nil)),
            (.init(registeredURI: "u"), nil, nil, .end(sessions: [], goTo: "u")),
            (.init(hint: hint), nil, nil, .end(sessions: ["s1"], goTo: nil)),
            (.init(hint: hint, registeredURI: "u"), "user-1", "s1", .end(sessions: ["s1"], goTo: "u")),
            (.init(hint: hint), "user-1", "s2", .end(sessions: ["s1", "s2"], goTo: nil)),
            (.init(hint: hint, registeredURI: "u"), "user-2", "s2", .ask(goTo: "u")),
            (.init(client: "blog", registeredURI: "u"), "user-1", "s1", .ask(goTo: "u")),
            (.init(), "user-1", "s1", .ask(goTo: nil)),
        ] as [(EndSessionPolicy.Question, String?, String?, EndSessionPolicy.Decision)]
    )
    func decides(
        question: EndSessionPolicy.Question,
        subject: String?,
        session: String?,
        decision: EndSessionPolicy.Decision
    ) {
        #expect(EndSessionPolicy.decision(on: question, subject: subject, session: session) == decision)
    }

    @Test(arguments: [
        EndSessionPolicy.Question(isClientUnknown: true), EndSessionPolicy.Question(hint: hint, client: "market"),
    ])
    func aClientThatDoesNotFitIsRefused(question: EndSessionPolicy.Question) {
        guard case .refuse = EndSessionPolicy.decision(on: question, subject: "user-1", session: "s1") else {
            Issue.record("it was not refused")
            return
        }
    }
}
