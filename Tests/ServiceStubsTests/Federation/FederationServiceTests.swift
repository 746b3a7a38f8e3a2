import FragmentProtocol
import Hummingbird
import HummingbirdTesting
import Testing

@testable import ServiceStubs

struct FederationServiceTests {
    @Test func theTimelineLinksMembersAndNamesStrangers() async throws {
        let text = try await StubHarness().fragment(.federation, "timeline?limit=30").text
        #expect(text.count(of: "<article class=\"note\">") == 30)
        #expect(text.contains("http://federation.test/profiles/nadia"))
        #expect(text.contains("@meadowlark@birds.example"))
        #expect(!text.contains("profiles/meadowlark"))
    }

    @Test func aProfileHoldsTheMembersOwnNotes() async throws {
        let response = try await StubHarness().fragment(.federation, "profile?handle=kofi")
        #expect(response.text.contains("<h1>Kofi Mensah</h1>"))
        #expect(response.text.contains("big hug"))
        #expect(!response.text.contains("profiles/nadia"))
        #expect(response["Fragment-Title"] == "Kofi Mensah")
    }

    @Test func notificationsCountTheUnread() async throws {
        let harness = try StubHarness()
        #expect(
            try await harness.fragment(.federation, "notifications", as: StubHarness.robin).text.contains("2 new")
        )
        let quiet = Identity(subject: "user-12", name: "Leo Castellanos")
        #expect(try await harness.fragment(.federation, "notifications", as: quiet).text.contains("Nothing new"))
    }

    @Test func peopleAreLimited() async throws {
        let harness = try StubHarness()
        #expect(try await harness.fragment(.federation, "people?limit=5").text.count(of: "<li>") == 5)
        #expect(try await harness.fragment(.federation, "people?limit=50").text.count(of: "<li>") == 12)
    }
}
