import Testing

@testable import ServiceStubs

struct AuthorizePolicyTests {
    private typealias SignedIn = AuthorizePolicy.SignedIn

    private static let robin = SignedIn(subject: "user-1", authenticatedAt: 1_000)
    private static let edith = SignedIn(subject: "user-2", authenticatedAt: 1_000)

    /// What a case of the table is about; the moment is 1100.
    struct Case: Sendable {
        var prompts: [AuthorizationRequest.Prompt] = []
        var greatestAge: Int64?
        var hint: String?
        var signedIn: AuthorizePolicy.SignedIn?
        var progress = AuthorizePolicy.Progress()
        var isConsentGiven = true
        let decision: AuthorizePolicy.Decision
    }

    private static func refused(_ code: OAuthError.Code) -> AuthorizePolicy.Decision {
        .refuse(OAuthError(code, ""))
    }

    static let cases: [Case] = [
        Case(decision: .signIn), Case(prompts: [.none], decision: refused(.loginRequired)),
        Case(signedIn: robin, decision: .issueCode), Case(prompts: [.none], signedIn: robin, decision: .issueCode),
        Case(prompts: [.login], signedIn: robin, decision: .signIn),
        Case(prompts: [.selectAccount], signedIn: robin, decision: .signIn),
        Case(prompts: [.login], signedIn: robin, progress: .init(signIn: robin), decision: .issueCode),
        // The sign-in for this request is another than the one that the browser has.
        Case(
            prompts: [.login],
            signedIn: robin,
            progress: .init(signIn: SignedIn(subject: "user-1", authenticatedAt: 1_001)),
            decision: .signIn
        ),
        Case(progress: .init(signIn: robin), decision: .sessionLost),
        Case(greatestAge: 100, signedIn: robin, decision: .issueCode),
        Case(greatestAge: 99, signedIn: robin, decision: .signIn),
        Case(prompts: [.none], greatestAge: 99, signedIn: robin, decision: refused(.loginRequired)),
        Case(greatestAge: 0, signedIn: robin, decision: .signIn),
        Case(greatestAge: 0, signedIn: robin, progress: .init(signIn: robin), decision: .issueCode),
        Case(hint: "user-1", signedIn: robin, decision: .issueCode),
        Case(hint: "user-1", signedIn: edith, decision: .signIn),
        Case(prompts: [.none], hint: "user-1", signedIn: edith, decision: refused(.loginRequired)),
        Case(hint: "user-1", signedIn: edith, progress: .init(signIn: edith), decision: refused(.loginRequired)),
        Case(signedIn: robin, isConsentGiven: false, decision: .askForConsent),
        Case(prompts: [.none], signedIn: robin, isConsentGiven: false, decision: refused(.consentRequired)),
        Case(prompts: [.consent], signedIn: robin, decision: .askForConsent),
        Case(
            prompts: [.consent],
            signedIn: robin,
            progress: .init(consentedSubject: "user-1"),
            decision: .issueCode
        ),
        Case(
            signedIn: robin,
            progress: .init(consentedSubject: "user-2"),
            isConsentGiven: false,
            decision: .askForConsent
        ),
        Case(signedIn: robin, progress: .init(isDenied: true), decision: refused(.accessDenied)),
    ]

    @Test(arguments: cases) func decides(about given: Case) {
        let request = AuthorizationRequest(
            client: "blog",
            redirectURI: "https://blog.example/",
            state: nil,
            scopes: ["openid"],
            nonce: nil,
            challenge: "",
            prompts: given.prompts,
            greatestAge: given.greatestAge,
            loginHint: nil,
            hintedSubject: given.hint
        )
        let decision = AuthorizePolicy.decision(
            on: request,
            signedIn: given.signedIn,
            progress: given.progress,
            isConsentGiven: given.isConsentGiven,
            now: 1_100
        )
        switch (decision, given.decision) {
        case (.refuse(let error), .refuse(let expected)): #expect(error.code == expected.code)
        default: #expect(decision == given.decision)
        }
    }
}
