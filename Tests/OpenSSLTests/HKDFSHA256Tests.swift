import OpenSSL
import Testing

@Suite("HKDF-SHA256")
struct HKDFSHA256Tests {
    /// A test case of RFC 5869, appendix A.
    struct Vector: Sendable {
        let section: String
        let secret: [UInt8]
        let salt: [UInt8]
        let info: [UInt8]
        let derived: String
    }

    static let vectors = [
        Vector(
            section: "A.1",
            secret: [UInt8](repeating: 0x0b, count: 22),
            salt: Array(0x00...0x0c),
            info: Array(0xf0...0xf9),
            derived: "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
        ),
        Vector(
            section: "A.2",
            secret: Array(0x00...0x4f),
            salt: Array(0x60...0xaf),
            info: Array(0xb0...0xff),
            derived: """
                b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09\
                da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87
                """
        ),
        Vector(
            section: "A.3",
            secret: [UInt8](repeating: 0x0b, count: 22),
            salt: [],
            info: [],
            derived: "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"
        ),
    ]

    @Test("known vectors, at every length", arguments: vectors)
    func knownVectors(vector: Vector) throws {
        let expected = bytes(hex: vector.derived)
        for length in 0...expected.count {
            let derived = try HKDFSHA256.derive(
                from: vector.secret,
                salt: vector.salt,
                info: vector.info,
                length: length
            )
            #expect(derived == Array(expected.prefix(length)), "section \(vector.section)")
        }
    }

    @Test("the longest result, and no longer one")
    func limits() throws {
        let longest = try HKDFSHA256.derive(from: [1], length: HKDFSHA256.maximumLength)
        #expect(longest.count == 8160)
        #expect(throws: OpenSSLError(code: .tooLong)) {
            try HKDFSHA256.derive(from: [1], length: HKDFSHA256.maximumLength + 1)
        }
    }
}
