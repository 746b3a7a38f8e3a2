import Testing

@testable import ServiceStubs

struct CodePolicyTests {
    private static let verifier = String(repeating: "v", count: 43)

    private static func code(expiresAt: Int64 = 100, isUsed: Bool = false) -> CodePolicy.Code {
        CodePolicy.Code(
            client: "blog",
            redirectURI: "https://a.example/",
            challenge: ProofKey.challenge(of: verifier),
            expiresAt: expiresAt,
            isUsed: isUsed
        )
    }

    /// What is done, without the reason.
    enum Kind: Sendable {
        case redeem
        case spoil
        case endGrant
        case refuse
    }

    @Test(
        arguments: [
            (code(), "blog", "https://a.example/", verifier, .redeem),
            (nil, "blog", "https://a.example/", verifier, .refuse),
            (code(), "market", "https://a.example/", verifier, .refuse),
            (code(expiresAt: 50), "blog", "https://a.example/", verifier, .refuse),
            (code(), "blog", "https://a.example", verifier, .spoil), (code(), "blog", nil, verifier, .spoil),
            (code(), "blog", "https://a.example/", nil, .spoil),
            (code(), "blog", "https://a.example/", String(repeating: "w", count: 43), .spoil),
            (code(isUsed: true), "blog", "https://a.example/", verifier, .endGrant),
            (code(expiresAt: 50, isUsed: true), "blog", nil, nil, .endGrant),
            (code(isUsed: true), "market", "https://a.example/", verifier, .refuse),
        ] as [(CodePolicy.Code?, String, String?, String?, Kind)]
    )
    func decides(code: CodePolicy.Code?, client: String, redirectURI: String?, verifier: String?, kind: Kind) {
        let decision = CodePolicy.decision(
            on: code,
            presented: CodePolicy.Presentation(client: client, redirectURI: redirectURI, verifier: verifier),
            now: 50
        )
        let found: Kind =
            switch decision {
            case .redeem: .redeem
            case .spoil: .spoil
            case .endGrant: .endGrant
            case .refuse: .refuse
            }
        #expect(found == kind)
    }
}
