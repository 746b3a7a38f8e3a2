import Foundation
import FragmentProtocol
import Hummingbird
import HummingbirdTesting
import Testing

@testable import ServiceStubs

struct StubEnvironmentIdentityTests {
    @Test func aGoodAssertionNamesTheMember() async throws {
        let response = try await StubHarness().fragment(.account, "corner", as: StubHarness.robin)
        #expect(response.text.contains("Robin Hale"))
        #expect(response["Cache-Control"] == "private, no-cache" || response["Cache-Control"] == "no-cache, private")
    }

    @Test func aBadAssertionIsNobody() async throws {
        let harness = try StubHarness()
        let forgeries = [
            "", "nonsense", "a.b.c",
            try StubHarness.assertion(of: StubHarness.robin, for: "account", secret: String(repeating: "x", count: 32)),
            try StubHarness.assertion(of: StubHarness.robin, for: "cart"),
            try StubHarness.assertion(of: StubHarness.robin, for: "account").dropLast(4) + "AAAA",
        ]
        for forgery in forgeries {
            let response = try await harness.fragment(
                .account,
                "corner",
                headers: [HeaderName.gatewayIdentity: String(forgery)]
            )
            #expect(response.status == .ok)
            #expect(response.text.contains(">Account<"))
        }
    }

    @Test func anOldAssertionIsNobody() async throws {
        let harness = try StubHarness(now: StubHarness.now.addingTimeInterval(120))
        let response = try await harness.fragment(.account, "corner", as: StubHarness.robin)
        #expect(response.text.contains(">Account<"))
    }

    @Test func anAnonymousSessionIsNoMember() async throws {
        let response = try await StubHarness().fragment(.account, "corner", as: StubHarness.guest)
        #expect(response.text.contains(">Account<"))
    }
}
