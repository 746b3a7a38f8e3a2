import Testing

@testable import Gateway

@Suite("Whether what everybody shares depends on who asks")
struct AuditPolicyTests {
    @Test(
        "two answers tell, or three",
        arguments: [
            ("a", "a", nil, .same, false),
            ("a", "hello audit-1", nil, .dependsOnIdentity, false),
            ("a", "audit-1", nil, .dependsOnIdentity, false),
            ("a", "b", "a", .dependsOnIdentity, true),
            ("a", "b", "c", .changesByItself, true),
            ("a", "audit-", "c", .changesByItself, true),
            ("", "", nil, .same, false),
            ("", "x", "", .dependsOnIdentity, true),
        ] as [(String, String, String?, AuditPolicy.Verdict, Bool)]
    )
    func verdicts(shared: String, identified: String, again: String?, verdict: AuditPolicy.Verdict, asksAgain: Bool) {
        func answer(_ text: String) -> AuditPolicy.Answer { AuditPolicy.Answer(status: 200, body: Array(text.utf8)) }
        #expect(
            AuditPolicy.needsSecond(shared: answer(shared), identified: answer(identified), marker: "audit-1")
                == asksAgain
        )
        #expect(
            AuditPolicy.verdict(
                shared: answer(shared),
                identified: answer(identified),
                marker: "audit-1",
                again: again.map(answer)
            ) == verdict
        )
    }

    @Test("another status is another answer")
    func status() {
        let shared = AuditPolicy.Answer(status: 200, body: [])
        let identified = AuditPolicy.Answer(status: 204, body: [])
        #expect(
            AuditPolicy.verdict(shared: shared, identified: identified, marker: "m", again: shared)
                == .dependsOnIdentity
        )
    }
}
