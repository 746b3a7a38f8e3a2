import FragmentProtocol
import Testing

@testable import Gateway

@Suite struct PublicKeySetTests {
    private func set(_ identity: String) throws -> PublicKeySet {
        PublicKeySet(try ConfigurationSamples.load(ConfigurationSamples.smallest + identity))
    }

    @Test func thePublicKeyIsPrinted() throws {
        let key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
        let set = try self.set("identity: { algorithm: eddsa, private-key: \"\(key)\" }")
        guard case .keys(let text) = set else {
            Issue.record("\(set)")
            return
        }
        let keys = try IdentityKeySet.decode(from: text.utf8)
        #expect(keys.count == 1)
        #expect(keys.allSatisfy { !$0.canSign })
        #expect(!text.contains("\"d\""))
    }

    @Test func withoutOneItIsSaidWhy() throws {
        guard case .none(let shared) = try self.set("identity: { secret: 0123456789abcdef0123456789abcdef }"),
            case .none(let missing) = try self.set("")
        else {
            Issue.record("there are keys")
            return
        }
        #expect(shared.contains("hs256") && shared.contains("eddsa"))
        #expect(missing.contains("identity:"))
    }
}
