import FragmentProtocol
import Testing

@testable import Gateway

@Suite("The check of who asks")
struct AskerCheckTests {
    @Test(
        "Nobody gets what everybody may see, or is refused",
        arguments: [
            (200, nil), (204, nil), (401, nil), (403, nil), (404, nil),
            (400, "warning 6.3: without Gateway-Identity the service answers 400"),
            (302, "warning 6.3: "),
            (500, "error 6.3: without Gateway-Identity the service answers 500"),
        ] as [(Int, String?)]
    )
    func nobody(_ status: Int, _ expected: String?) {
        let findings = AskerCheck.nobody(.success(.sample(status)), at: .sample)
        #expect(findings.begin(with: expected.map { [$0] } ?? []), "\(findings)")
    }

    @Test(
        "A forged assertion is believed when its answer is the person's and not everybody's",
        arguments: Probe.Forgery.allCases
    )
    func forged(_ forgery: Probe.Forgery) {
        let (person, nobody) = (FetchResponse.sample(200, [], "Ann"), FetchResponse.sample(200, [], "stranger"))
        func findings(_ answer: FetchResponse, nobody: FetchResponse?) -> [CheckFinding] {
            AskerCheck.forged(forgery, .success(answer), person: person, nobody: nobody, at: .sample)
        }
        #expect(findings(nobody, nobody: nobody) == [])
        #expect(findings(.sample(401), nobody: nobody) == [])
        // The person sees what everybody sees, which tells nothing.
        #expect(findings(person, nobody: person) == [])
        #expect(findings(person, nobody: nil) == [])
        let found = findings(person, nobody: nobody)
        #expect(found.begin(with: ["error 6.2: the service believes an assertion \(forgery.description)"]))
        #expect(findings(.sample(500), nobody: nobody).map(\.section) == [.verifying])
        let silence = AskerCheck.forged(
            forgery,
            .failure(FetchFailure(.reset, "gone")),
            person: person,
            nobody: nobody,
            at: .sample
        )
        #expect(silence.map(\.section) == [.verifying])
    }

    @Test("What does not vary by user or language answers all the same")
    func shared() {
        let (one, other) = (FetchResponse.sample(200, [], "a"), FetchResponse.sample(200, [], "b"))
        #expect(AskerCheck.shared(nobody: one, person: .success(one), at: .sample) == [])
        #expect(AskerCheck.languages(one, .success(one), at: .sample) == [])
        let byUser = AskerCheck.shared(nobody: one, person: .success(other), at: .sample)
        #expect(byUser.begin(with: ["error 2.3: with Gateway-Identity the answer is another one, though"]))
        let refused = AskerCheck.shared(nobody: one, person: .success(.sample(400)), at: .sample)
        #expect(refused.begin(with: ["error 2.3: with Gateway-Identity the answer is another one, with status 400"]))
        let silence = AskerCheck.shared(nobody: one, person: .failure(FetchFailure(.reset, "gone")), at: .sample)
        #expect(silence.begin(with: ["error 2.3: with Gateway-Identity there is no answer (reset: gone)"]))
        let byLanguage = AskerCheck.languages(one, .success(other), at: .sample)
        #expect(byLanguage.begin(with: ["error 2.3: with another Accept-Language the answer is another one, though"]))
    }
}
