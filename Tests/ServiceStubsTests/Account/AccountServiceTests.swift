import FragmentProtocol
import Hummingbird
import HummingbirdTesting
import Testing

@testable import ServiceStubs

struct AccountServiceTests {
    @Test(arguments: [
        ("dashboard", "member@example.org"), ("newsletters", "You have this one"), ("tickets", "RA-4417-LARK"),
        ("bookings", "The small cargo bike"),
    ])
    func membersSeeTheirOwn(type: String, expected: String) async throws {
        let harness = try StubHarness()
        let own = try await harness.fragment(.account, type, as: StubHarness.robin)
        #expect(own.text.contains(expected))
        #expect(own["Cache-Tag"] == "account, account:user-1")
        let anonymous = try await harness.fragment(.account, type)
        #expect(!anonymous.text.contains(expected))
        let other = Identity(subject: "user-2", name: "Edith Marlowe", email: "editor@example.org")
        #expect(try await harness.fragment(.account, type, as: other).text != own.text)
    }

    @Test func theProfileIsData() async throws {
        let harness = try StubHarness()
        let robin = try await harness.fragment(.account, "profile", as: StubHarness.robin).decoded(
            [String: String].self
        )
        #expect(robin["name"] == "Robin Hale")
        #expect(robin["handle"] == "robin")
        #expect(try await harness.fragment(.account, "profile").text == #"{"anonymous":true}"#)
    }

    @Test func somebodyNewHasANameAndNothingElse() async throws {
        let harness = try StubHarness()
        let new = Identity(subject: "user-99", name: "A <New> Friend", email: "new@example.org")
        #expect(try await harness.fragment(.account, "corner", as: new).text.contains("A &lt;New&gt; Friend"))
        #expect(try await harness.fragment(.account, "tickets", as: new).text.contains("no tickets yet"))
    }

    @Test func aMemberIsKnownByMailToo() async throws {
        let identity = Identity(subject: "https://id.example/7", email: "editor@example.org")
        #expect(
            try await StubHarness().fragment(.account, "corner", as: identity).text.contains("Edith Marlowe")
        )
    }
}
