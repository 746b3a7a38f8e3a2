import Testing

@testable import ServiceStubs

struct PasswordHashTests {
    private static let cost = PasswordHash.Cost(logRounds: 4, blockSize: 8, parallelism: 1)

    @Test func aHashIsOfOnePassword() throws {
        let hash = try PasswordHash(of: "a goose", cost: Self.cost)
        #expect(try hash.matches("a goose"))
        #expect(try !hash.matches("a goose "))
        #expect(try !hash.matches(""))
        #expect(try PasswordHash(of: "a goose", cost: Self.cost) != hash)
        #expect(PasswordHash(hash.description) == hash)
    }

    /// The hashes of the seed, which OpenSSL has made.
    @Test(arguments: ["member@example.org", "editor@example.org"])
    func hashesOfAnotherProgramAreUnderstood(email: String) async throws {
        let member = try await StubHarness().environment.read { try SiteMember.find(email: email, in: $0) }
        let hash = try #require(PasswordHash(member?.password ?? ""))
        #expect(hash.cost == .normal)
        #expect(try hash.matches("rose-ash"))
    }

    @Test(arguments: [
        "", "rose-ash", "scrypt$15$8$1$AAAAAAAAAAA", "bcrypt$15$8$1$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAA",
        "scrypt$30$8$1$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAA", "scrypt$0$8$1$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAA",
        "scrypt$15$8$1$$AAAAAAAAAAAAAAAAAAAAAAAA", "scrypt$15$8$1$AAAAAAAAAAA$AA",
    ])
    func whatIsNoHashIsRefused(text: String) {
        #expect(PasswordHash(text) == nil)
    }
}
