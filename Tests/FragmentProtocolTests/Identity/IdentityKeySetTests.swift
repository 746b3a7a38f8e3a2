import Testing

@testable import FragmentProtocol

@Suite("IdentityKeySet")
struct IdentityKeySetTests {
    @Test("writes public parts only, and reads them back")
    func roundTrip() throws {
        let bytes = IdentityKeySet.encode([try KnownKeys.signing(), try KnownKeys.shared()])
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(
            text
                == #"{"keys":[{"kty":"OKP","crv":"Ed25519","use":"sig","alg":"EdDSA","#
                + #""kid":"\#(KnownKeys.thumbprint)","x":"\#(KnownKeys.publicKey)"}]}"#
        )
        let keys = try IdentityKeySet.decode(from: bytes)
        #expect(keys.map(\.id) == [KnownKeys.thumbprint])
        #expect(keys.map(\.canSign) == [false])
        #expect(keys.first?.publicKeyBytes == Base64URL.decode(KnownKeys.publicKey))
    }

    @Test("leaves keys of other kinds out")
    func others() throws {
        let json = #"""
            {"keys":[{"kty":"RSA","n":"x","e":"AQAB"},{"kty":"OKP","crv":"X25519","x":"x"},{"kty":"oct","k":"AAAA"},
            {"kty":"OKP","crv":"Ed25519","use":"enc","x":"x"},{"kty":"OKP","crv":"Ed25519","alg":"HS256","x":"x"},
            {"kty":"OKP","crv":"Ed25519","alg":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}
            """#
        #expect(try IdentityKeySet.decode(from: json.utf8).map(\.id) == [KnownKeys.thumbprint])
    }

    @Test(
        "refuses broken sets",
        arguments: [
            "", "[]", "{}", #"{"keys":{}}"#, #"{"keys":[{}]}"#, #"{"keys":[{"kty":"OKP","crv":"Ed25519"}]}"#,
            #"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"AAAA"}]}"#,
            #"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#,
        ]
    )
    func refuses(_ json: String) {
        #expect(throws: IdentityError(.badKey, "")) { try IdentityKeySet.decode(from: json.utf8) }
    }
}
