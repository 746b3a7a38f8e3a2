import Testing

@testable import Gateway

@Suite struct KeySetTests {
    private static let first = TokenSigner(es256: "first")
    private static let second = TokenSigner(es256: "second")
    private static let edwards = TokenSigner(eddsa: "edwards")
    private static let payload = #"{"sub":"u"}"#

    private func check(_ token: String, _ keys: [String]) throws {
        try KeySet(TokenSigner.set(keys)).check(try JSONWebSignature(token))
    }

    @Test func eachKeyChecksItsOwn() throws {
        let keys = [Self.first, Self.second, Self.edwards]
        for signer in keys { try self.check(try signer.token(Self.payload), keys.map(\.publicKey)) }
    }

    @Test func theExampleOfTheSpecificationIsChecked() throws {
        // RFC 7515, appendix A.2.
        let modulus =
            "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2l"
            + "ZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa"
            + "2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAc"
            + "DTW9gb54h4FRWyuXpoQ"
        let token =
            "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp"
            + "0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9"
            + "uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383"
            + "LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVm"
            + "tVrBp0igcN_IoypGlUPQGe77Rw"
        let key = #"{"kty":"RSA","n":"\#(modulus)","e":"AQAB"}"#
        try self.check(token, [Self.first.publicKey, key])
        #expect(throws: KeySet.Mismatch.badSignature) {
            try self.check(token.replacing("cC4hiU", with: "dC4hiU"), [key])
        }
    }

    @Test func aTokenWithoutAKeysNameNeedsOnlyOneThatWouldDo() throws {
        let token = try Self.first.token(Self.payload, header: #"{"alg":"ES256"}"#)
        try self.check(token, [Self.first.publicKey, Self.edwards.publicKey])
        #expect(throws: KeySet.Mismatch.ambiguous) {
            try self.check(token, [Self.first.publicKey, Self.second.publicKey])
        }
        #expect(throws: KeySet.Mismatch.badSignature) { try self.check(token, [Self.second.publicKey]) }
    }

    @Test func aKeyChecksNeitherAnothersTokenNorAnotherAlgorithm() throws {
        let stranger = TokenSigner(es256: "first")
        #expect(throws: KeySet.Mismatch.badSignature) {
            try self.check(try stranger.token(Self.payload), [Self.first.publicKey])
        }
        #expect(throws: KeySet.Mismatch.unknownKey) {
            try self.check(try Self.second.token(Self.payload), [Self.first.publicKey])
        }
        // The name of the one, the algorithm of the other.
        let header = #"{"alg":"EdDSA","kid":"first"}"#
        #expect(throws: KeySet.Mismatch.unknownKey) {
            try self.check(
                try Self.edwards.token(Self.payload, header: header),
                [Self.first.publicKey, Self.edwards.publicKey]
            )
        }
        let wrong = Self.first.publicKey.replacing("\"alg\":\"ES256\"", with: "\"alg\":\"RS256\"")
        #expect(throws: KeySet.Mismatch.unknownKey) { try self.check(try Self.first.token(Self.payload), [wrong]) }
    }

    @Test(arguments: [
        ("", KeySet.Refusal.malformed), ("[]", .malformed), ("{}", .malformed), (#"{"keys":{}}"#, .malformed),
        (#"{"keys":[]}"#, .empty), (#"{"keys":[1,"x",null]}"#, .empty),
        (#"{"keys":[\#(first.publicKey.replacing("sig", with: "enc"))]}"#, .empty),
        (#"{"keys":[\#(first.publicKey.replacing("P-256", with: "P-521"))]}"#, .empty),
        (#"{"keys":[\#(first.publicKey.replacing("ES256", with: "none"))]}"#, .empty),
        (#"{"keys":[\#(first.publicKey.replacing("\"use\":\"sig\"", with: "\"key_ops\":[\"sign\"]"))]}"#, .empty),
        (#"{"keys":[{"kty":"oct","k":"AAAA"}]}"#, .empty), (#"{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"}]}"#, .empty),
        (#"{"keys":[\#((0..<101).map { _ in first.publicKey }.joined(separator: ","))]}"#, .tooMany),
    ])
    func whatIsNoSetIsRefused(text: String, expected: KeySet.Refusal) {
        #expect(throws: expected) { _ = try KeySet(Array(text.utf8)) }
    }

    @Test func brokenKeysDoNotSpoilTheOthers() throws {
        let broken = #"{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}"#
        let keys = try KeySet(TokenSigner.set([broken, "3", Self.first.publicKey]))
        #expect(keys.count == 1)
    }
}
