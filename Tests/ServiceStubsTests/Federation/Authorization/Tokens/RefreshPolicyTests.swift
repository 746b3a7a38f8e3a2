import Testing

@testable import ServiceStubs

struct RefreshPolicyTests {
    /// A token of `blog` that is good until 1000, with what is different.
    private static func token(
        usedAt: Int64? = nil,
        isSuccessorUsed: Bool = false,
        isGrantEnded: Bool = false
    ) -> RefreshPolicy.Token {
        RefreshPolicy.Token(
            client: "blog",
            expiresAt: 1_000,
            usedAt: usedAt,
            isSuccessorUsed: isSuccessorUsed,
            isGrantEnded: isGrantEnded
        )
    }

    @Test(
        arguments: [
            (nil, "blog", 0, .refuse), (token(), "blog", 999, .rotate), (token(), "blog", 1_000, .refuse),
            (token(), "market", 0, .refuse), (token(isGrantEnded: true), "blog", 0, .refuse),
            (token(usedAt: 100), "blog", 100, .repeatAnswer), (token(usedAt: 100), "blog", 110, .repeatAnswer),
            (token(usedAt: 100), "blog", 111, .endGrant), (token(usedAt: 100), "blog", 99, .endGrant),
            (token(usedAt: 100), "market", 100, .refuse),
            (token(usedAt: 100, isSuccessorUsed: true), "blog", 101, .endGrant),
            (token(usedAt: 100, isGrantEnded: true), "blog", 101, .refuse),
        ] as [(RefreshPolicy.Token?, String, Int64, RefreshPolicy.Decision)]
    )
    func decides(token: RefreshPolicy.Token?, client: String, now: Int64, decision: RefreshPolicy.Decision) {
        #expect(RefreshPolicy.decision(on: token, client: client, now: now, grace: 10) == decision)
    }
}
