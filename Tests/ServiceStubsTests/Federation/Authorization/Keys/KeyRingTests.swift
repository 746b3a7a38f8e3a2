import Crypto
import Foundation
import FragmentProtocol
import Testing

@testable import ServiceStubs

/// S15, attacks 34 and 35: only what this server has signed, of the kind that is asked for, is believed.
struct KeyRingTests {
    private struct Claims: Codable, Equatable {
        let sub: String
    }

    private static let ring = Result { KeyRing(keys: [try SigningKey(generating: .es256)]) }

    @Test func whatIsSignedIsReadAgain() throws {
        let ring = try Self.ring.get()
        let token = try ring.sign(Claims(sub: "a"), type: "at+jwt", algorithm: .es256)
        #expect(try ring.claims(Claims.self, of: token, typ: "at+jwt") == Claims(sub: "a"))
        #expect(throws: KeyRing.BadToken.self) { try ring.claims(Claims.self, of: token, typ: "JWT") }
        #expect(throws: KeyRing.BadToken.self) { try ring.sign(Claims(sub: "a"), type: "JWT", algorithm: .rs256) }
    }

    @Test(arguments: [
        #"{"alg":"none","typ":"JWT"}"#, #"{"alg":"none","typ":"JWT","kid":"KID"}"#,
        #"{"alg":"HS256","typ":"JWT","kid":"KID"}"#, #"{"alg":"RS256","typ":"JWT","kid":"KID"}"#,
        #"{"alg":"ES256","typ":"JWT"}"#, #"{"alg":"ES256","typ":"JWT","kid":"../KID"}"#,
        #"{"alg":"ES256","typ":"JWT","kid":"KID","crit":["exp"]}"#, #"{"alg":"ES256","kid":"KID"}"#, "[]", "",
    ])
    func otherHeadersAreRefused(header: String) throws {
        let ring = try Self.ring.get()
        let good = try ring.sign(Claims(sub: "a"), type: "JWT", algorithm: .es256).split(separator: ".")
        let key = try #require(ring.keys.first)
        let text = header.replacing("KID", with: key.id)
        let message = Base64URL.encode(text.utf8) + "." + good[1]
        // Signed by the right key, and with its public part as a shared secret.
        let own = Base64URL.encode(try key.signature(of: Data(message.utf8)))
        let publicKey = try #require(try key.publicKey().x)
        let shared = Base64URL.encode(
            HMAC<SHA256>.authenticationCode(for: Data(message.utf8), using: SymmetricKey(data: Data(publicKey.utf8)))
        )
        for signature in ["", own, shared] {
            #expect(throws: (any Error).self) {
                try ring.claims(Claims.self, of: message + "." + signature, typ: "JWT")
            }
        }
    }
}
