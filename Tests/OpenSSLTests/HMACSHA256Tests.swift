import OpenSSL
import Testing

@Suite("HMAC-SHA256")
struct HMACSHA256Tests {
    /// A test case of RFC 4231.
    struct Vector: Sendable {
        let section: String
        let key: [UInt8]
        let message: [UInt8]
        let code: String
    }

    static let vectors = [
        Vector(
            section: "4.2",
            key: [UInt8](repeating: 0x0b, count: 20),
            message: Array("Hi There".utf8),
            code: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        Vector(
            section: "4.3",
            key: Array("Jefe".utf8),
            message: Array("what do ya want for nothing?".utf8),
            code: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        Vector(
            section: "4.4",
            key: [UInt8](repeating: 0xaa, count: 20),
            message: [UInt8](repeating: 0xdd, count: 50),
            code: "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
        ),
        Vector(
            section: "4.5",
            key: Array(1...25),
            message: [UInt8](repeating: 0xcd, count: 50),
            code: "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
        ),
        Vector(
            section: "4.6, cut to 128 bits",
            key: [UInt8](repeating: 0x0c, count: 20),
            message: Array("Test With Truncation".utf8),
            code: "a3b6167473100ee06e0c796c2955552b"
        ),
        Vector(
            section: "4.7",
            key: [UInt8](repeating: 0xaa, count: 131),
            message: Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            code: "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
        Vector(
            section: "4.8",
            key: [UInt8](repeating: 0xaa, count: 131),
            message: Array(
                ("This is a test using a larger than block-size key and a larger than block-size data. "
                    + "The key needs to be hashed before being used by the HMAC algorithm.").utf8
            ),
            code: "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
        ),
        // The widely published code of nothing under no key.
        Vector(
            section: "empty",
            key: [],
            message: [],
            code: "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"
        ),
    ]

    @Test("known vectors", arguments: vectors)
    func knownVectors(vector: Vector) throws {
        let expected = bytes(hex: vector.code)
        let code = try HMACSHA256(key: vector.key).code(of: vector.message)
        #expect(Array(code.prefix(expected.count)) == expected, "section \(vector.section)")
        #expect(code.count == HMACSHA256.codeLength)
    }

    @Test("a code is checked whole")
    func checking() throws {
        let hmac = HMACSHA256(key: Array("Jefe".utf8))
        let message = Array("what do ya want for nothing?".utf8)
        let code = try hmac.code(of: message)
        #expect(try hmac.isCode(code, of: message))
        for position in code.indices {
            var changed = code
            changed[position] ^= 1
            #expect(try !hmac.isCode(changed, of: message))
            #expect(try !hmac.isCode(Array(code.prefix(position)), of: message))
        }
        #expect(try !hmac.isCode((code + [0]), of: message))
    }
}
