import OpenSSL
import Testing

/// The bytes of a text in base64url without padding.
private func bytes(base64URL text: String) -> [UInt8] {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    var bytes: [UInt8] = []
    var bits = 0
    var count = 0
    for character in text.utf8 {
        bits = bits << 6 | (alphabet.firstIndex(of: character) ?? 0)
        count += 6
        guard count >= 8 else { continue }
        count -= 8
        bytes.append(UInt8(bits >> count & 0xff))
        bits &= 1 << count - 1
    }
    return bytes
}

@Suite("Keys that check signatures")
struct VerificationKeyTests {
    /// A key with a signature that is right.
    struct Sample: Sendable, CustomTestStringConvertible {
        let name: String
        let key: @Sendable () throws -> VerificationKey
        let algorithm: VerificationKey.Algorithm
        let message: String
        let signature: [UInt8]

        var testDescription: String { self.name }
    }

    private static let payload =
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    private static let modulus = bytes(
        base64URL:
            "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS"
            + "-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R"
            + "2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDT"
            + "W9gb54h4FRWyuXpoQ"
    )
    private static let exponent: [UInt8] = [1, 0, 1]
    private static let x = bytes(base64URL: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU")
    private static let y = bytes(base64URL: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0")
    private static let otherModulus = bytes(
        base64URL:
            "qXy5mHYvYg5n8uU3C47Y1q4yO9nZZYw-OX9Kmsijh6klK3PbPPrb2LMiRiLHQyw4XucaGzpODECj_VMFHbC-R9E91EkWXStG3fEo"
            + "bDfh8yW2E8AaWjpJ0mDXV5gd6KfJhcvAzcKnfCwAcVYNXfZINlcb0sTqfqkCJQF1zKgZh2bPD7IzYMrar6Hid03Zj8b2QARPLaa1"
            + "JeDi59-555SejUkJNfu5cRgVOxxy3DOCb9m0C9WGopqw0amaDarf8AZ6_NHJc1WrF3niHSyKPg5-kjBTLo8FhCME_b1biNjDOL-d"
            + "93DQyIHlhfzdauVQJ03iO1nd9RBVirTT7r4za7ieOw"
    )

    static let samples = [
        Sample(
            name: "RFC 7515, appendix A.2",
            key: { try .rsa(modulus: modulus, exponent: exponent) },
            algorithm: .rs256,
            message: "eyJhbGciOiJSUzI1NiJ9.\(payload)",
            signature: bytes(
                base64URL:
                    "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUA"
                    + "r7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO"
                    + "--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igc"
                    + "N_IoypGlUPQGe77Rw"
            )
        ),
        Sample(
            name: "RFC 7515, appendix A.3",
            key: { try .p256(x: x, y: y) },
            algorithm: .es256,
            message: "eyJhbGciOiJFUzI1NiJ9.\(payload)",
            signature: bytes(
                base64URL: "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
            )
        ),
        Sample(
            name: "RFC 8037, appendix A.4",
            key: { try .ed25519(bytes(base64URL: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")) },
            algorithm: .eddsa,
            message: "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc",
            signature: bytes(
                base64URL: "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
            )
        ),
        Sample(
            name: "RSASSA-PSS of another library",
            key: { try .rsa(modulus: otherModulus, exponent: exponent) },
            algorithm: .ps256,
            message: "A message.",
            signature: bytes(
                base64URL:
                    "JZr7APgKfC-sXz3TEu4KoWs0BrNRbFDGzFtP52uNzZyrAc1ISAvIZkO3oYMmErh628k68Od2ZaK_eFqwY1hsya1bVGlH_kqvGAWH"
                    + "WFpitKOj0fIIPkj-4Tg22V2l0KdR4LNe5luyVqgwg7TBWlgErJMPJSOOEElxcaXQ0dSuElKbg_eZktDOVQO2YTBsW-fL3f7YRzdJ"
                    + "qWfBYZXm2w2AVqFvHuX_0m8a8wbyZvAnUJ_ysWS48z4-mAbLKkEunrt08egObASTcM3-w6pp46vQs1rDER4AIqQUveS43boOvtC2"
                    + "Lm9VGgAjq38gzfXmSHVt0JQ5WFzsC75qQsip9XKiAw"
            )
        ),
    ]

    @Test("a right signature is right", arguments: samples)
    func right(sample: Sample) throws {
        #expect(try sample.key().isValid(sample.signature, of: Array(sample.message.utf8), algorithm: sample.algorithm))
    }

    @Test("a signature with another bit anywhere is wrong", arguments: samples)
    func flipped(sample: Sample) throws {
        let key = try sample.key()
        let message = Array(sample.message.utf8)
        for index in sample.signature.indices {
            var signature = sample.signature
            signature[index] ^= 1 << UInt8(index % 8)
            #expect(try !key.isValid(signature, of: message, algorithm: sample.algorithm), "byte \(index)")
        }
        for index in stride(from: 0, to: message.count, by: 7) {
            var other = message
            other[index] ^= 1
            #expect(try !key.isValid(sample.signature, of: other, algorithm: sample.algorithm), "byte \(index)")
        }
    }

    @Test("a signature of another length is wrong", arguments: samples)
    func lengths(sample: Sample) throws {
        let key = try sample.key()
        let message = Array(sample.message.utf8)
        for signature in [[], Array(sample.signature.dropLast()), sample.signature + [0], [0] + sample.signature] {
            #expect(try !key.isValid(signature, of: message, algorithm: sample.algorithm))
        }
        let zeros = [UInt8](repeating: 0, count: sample.signature.count)
        #expect(try !key.isValid(zeros, of: message, algorithm: sample.algorithm))
    }

    @Test("a signature read by another algorithm is wrong", arguments: samples)
    func pinned(sample: Sample) throws {
        let key = try sample.key()
        for algorithm in VerificationKey.Algorithm.allCases where algorithm != sample.algorithm {
            #expect(try !key.isValid(sample.signature, of: Array(sample.message.utf8), algorithm: algorithm))
        }
    }

    @Test("a salt of another length than the hash is refused")
    func salt() throws {
        let key = try VerificationKey.rsa(modulus: Self.otherModulus, exponent: Self.exponent)
        let signature = bytes(
            base64URL:
                "DjHfnqCJPSqCV5qU4TXClv3gFwPePAz4p3R-X3p19SdUVmBSSFdnaz7mck3eeyAwooHg1-WirNbtVYzqkBWcoXGeDj27f0WajIuP"
                + "J8ZE4F6Ku1OdhzRoHbp6VBrd4Z1X8TC2zsYhsfy9_chlQAnFfqQsHcc96bE_R4NYJbov4ahW6P1Fer9wA9E67Vf9PSdjUfjfixSC"
                + "aD9-ZaRnDMfeKfm8nnmmU6ENQkP7IizoHfb0DPUVvnGeJsgeTv0hHaGUm3u9DK_UlBpla3M8JK_28MWpxjJ4xDpGVE_Rk1RtLqHL"
                + "fgXFHkUEq6uRs1emHTR9wYZq2FcXkIZQ60IkOJsOIg"
        )
        #expect(try !key.isValid(signature, of: Array("A message.".utf8), algorithm: .ps256))
    }

    @Test("keys that are weak, too large or none are refused")
    func badKeys() {
        let weak = bytes(
            base64URL:
                "teqtilFyrOvqxxA2R5QidE2Fp1gvRt25-pg1Tmp5OZy6iEkwpkY446fWcxIYpO5zFLbo6MSM6--Nw_vGYFc84tmQREoAZGU61glh"
                + "-rBpJRMWmNqdhMl8MEhrr1YdbL-2SbcYFC30H3aBTHG-weVMi6x8zCwqPWc4nmLj2FRuqrc"
        )
        let huge = [UInt8](repeating: 0xff, count: 1025)
        for (modulus, exponent) in [
            (weak, Self.exponent), (huge, Self.exponent), ([], Self.exponent), (Self.modulus, []), (Self.modulus, [1]),
            (Self.modulus, [2]), (Self.modulus, [0]), (Self.modulus, [1, 0, 0, 0, 1]),
        ] {
            #expect(throws: OpenSSLError(code: .badKey)) {
                _ = try VerificationKey.rsa(modulus: modulus, exponent: exponent)
            }
        }
        var offCurve = Self.y
        offCurve[31] ^= 1
        for (x, y) in [(Self.x, offCurve), (Self.x, []), ([], Self.y), (Self.x + [0], Self.y), (Self.y, Self.x)] {
            #expect(throws: OpenSSLError(code: .badKey)) { _ = try VerificationKey.p256(x: x, y: y) }
        }
        for key in [[], [UInt8](repeating: 1, count: 31), [UInt8](repeating: 1, count: 33)] {
            #expect(throws: OpenSSLError(code: .badKey)) { _ = try VerificationKey.ed25519(key) }
        }
    }

    @Test("zeros before a number count for nothing")
    func leadingZeros() throws {
        let sample = Self.samples[0]
        let key = try VerificationKey.rsa(modulus: [0, 0] + Self.modulus, exponent: [0] + Self.exponent)
        #expect(try key.isValid(sample.signature, of: Array(sample.message.utf8), algorithm: .rs256))
    }

    @Test("one key checks on many threads at once")
    func threads() async throws {
        for sample in Self.samples {
            let key = try sample.key()
            let right = await withTaskGroup(of: Bool.self) { tasks in
                for _ in 0..<50 {
                    tasks.addTask {
                        do {
                            return try key.isValid(
                                sample.signature,
                                of: Array(sample.message.utf8),
                                algorithm: sample.algorithm
                            )
                        } catch {
                            return false
                        }
                    }
                }
                return await tasks.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(right == 50)
        }
    }
}
