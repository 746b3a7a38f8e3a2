import FragmentProtocol
import Testing

@Suite("Identity")
struct IdentityTests {
    @Test("knows who is not signed in")
    func anonymous() {
        #expect(Identity(subject: "anon:1").isAnonymous)
        #expect(!Identity(subject: "anonymous").isAnonymous)
    }

    @Test("knows roles")
    func roles() {
        let identity = Identity(subject: "a", roles: ["editor"])
        #expect(identity.has(role: "editor"))
        #expect(!identity.has(role: "edit"))
    }
}
