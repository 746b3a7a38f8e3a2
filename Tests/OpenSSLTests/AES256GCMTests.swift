import OpenSSL
import Testing

@Suite("AES-256-GCM")
struct AES256GCMTests {
    /// A test case of "The Galois/Counter Mode of Operation" by McGrew and Viega, which NIST's own vectors are taken from.
    struct Vector: Sendable {
        let number: Int
        let key: String
        let nonce: String
        let message: String
        let associated: String
        let sealed: String
        let tag: String
    }

    static let longKey = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"
    static let longMessage = """
        d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72\
        1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39
        """
    static let longSealed = """
        522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa\
        8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662
        """
    static let zeros = String(repeating: "00", count: 32)

    static let vectors = [
        Vector(
            number: 13,
            key: zeros,
            nonce: "000000000000000000000000",
            message: "",
            associated: "",
            sealed: "",
            tag: "530f8afbc74536b9a963b4f1c4cb738b"
        ),
        Vector(
            number: 14,
            key: zeros,
            nonce: "000000000000000000000000",
            message: "00000000000000000000000000000000",
            associated: "",
            sealed: "cea7403d4d606b6e074ec5d3baf39d18",
            tag: "d0d1c8a799996bf0265b98b5d48ab919"
        ),
        Vector(
            number: 15,
            key: longKey,
            nonce: "cafebabefacedbaddecaf888",
            message: longMessage + "1aafd255",
            associated: "",
            sealed: longSealed + "898015ad",
            tag: "b094dac5d93471bdec1a502270e3cc6c"
        ),
        Vector(
            number: 16,
            key: longKey,
            nonce: "cafebabefacedbaddecaf888",
            message: longMessage,
            associated: "feedfacedeadbeeffeedfacedeadbeefabaddad2",
            sealed: longSealed,
            tag: "76fc6ece0f4e1768cddf8853bb2d551b"
        ),
    ]

    @Test("known vectors, both ways", arguments: vectors)
    func knownVectors(vector: Vector) throws {
        let cipher = try AES256GCM(key: bytes(hex: vector.key))
        let nonce = bytes(hex: vector.nonce)
        let message = bytes(hex: vector.message)
        let associated = bytes(hex: vector.associated)
        let sealed = try cipher.seal(message, nonce: nonce, associatedData: associated)
        #expect(sealed == bytes(hex: vector.sealed + vector.tag), "case \(vector.number)")
        #expect(try cipher.open(sealed, nonce: nonce, associatedData: associated) == message)
    }

    @Test("a changed bit anywhere is refused")
    func tampering() throws {
        let cipher = try AES256GCM(key: bytes(hex: Self.longKey))
        let nonce = bytes(hex: "cafebabefacedbaddecaf888")
        let associated = Array("blog.localhost".utf8)
        let sealed = try cipher.seal(Array("a message".utf8), nonce: nonce, associatedData: associated)
        func opens(_ sealed: [UInt8], _ nonce: [UInt8], _ associated: [UInt8]) -> Bool {
            do throws(OpenSSLError) {
                _ = try cipher.open(sealed, nonce: nonce, associatedData: associated)
                return true
            } catch {
                #expect(error.code == .notAuthentic)
                return false
            }
        }
        func everyFlip(_ bytes: [UInt8], _ body: ([UInt8]) -> Void) {
            for position in bytes.indices {
                for bit in 0..<8 {
                    var changed = bytes
                    changed[position] ^= 1 << UInt8(bit)
                    body(changed)
                }
            }
        }
        #expect(opens(sealed, nonce, associated))
        everyFlip(sealed) { #expect(!opens($0, nonce, associated)) }
        everyFlip(nonce) { #expect(!opens(sealed, $0, associated)) }
        everyFlip(associated) { #expect(!opens(sealed, nonce, $0)) }
        for count in sealed.indices { #expect(!opens(Array(sealed.prefix(count)), nonce, associated)) }
        #expect(!opens(sealed + [0], nonce, associated))
        #expect(!opens(sealed, nonce, []))
        #expect(!opens(sealed, nonce, associated + [0]))
    }

    @Test("another key opens nothing")
    func otherKey() throws {
        let nonce = bytes(hex: "cafebabefacedbaddecaf888")
        let cipher = try AES256GCM(key: bytes(hex: Self.longKey))
        let other = try AES256GCM(key: bytes(hex: Self.zeros))
        let sealed = try cipher.seal([1, 2, 3], nonce: nonce, associatedData: [])
        #expect(throws: OpenSSLError(code: .notAuthentic)) {
            try other.open(sealed, nonce: nonce, associatedData: [])
        }
    }

    @Test("keys and nonces of another length are refused", arguments: [0, 1, 11, 13, 16, 24, 31, 33, 64])
    func lengths(count: Int) throws {
        let run = [UInt8](repeating: 7, count: count)
        #expect(throws: OpenSSLError(code: .keyLength)) { try AES256GCM(key: run) }
        let cipher = try AES256GCM(key: bytes(hex: Self.longKey))
        let sealed = [UInt8](repeating: 0, count: 16)
        #expect(throws: OpenSSLError(code: .nonceLength)) {
            try cipher.seal(sealed, nonce: run, associatedData: [])
        }
        #expect(throws: OpenSSLError(code: .nonceLength)) {
            try cipher.open(sealed, nonce: run, associatedData: [])
        }
    }

    @Test("every length up to some blocks comes back")
    func roundTrips() throws {
        let cipher = try AES256GCM(key: try SecureRandom.bytes(32))
        for count in 0...100 {
            let message = try SecureRandom.bytes(count)
            let associated = try SecureRandom.bytes(100 - count)
            let nonce = try SecureRandom.bytes(AES256GCM.nonceLength)
            let sealed = try cipher.seal(message, nonce: nonce, associatedData: associated)
            #expect(sealed.count == count + AES256GCM.tagLength)
            #expect(try cipher.open(sealed, nonce: nonce, associatedData: associated) == message)
        }
    }

    @Test("one value serves many threads at once")
    func concurrency() async throws {
        let cipher = try AES256GCM(key: bytes(hex: Self.longKey))
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for task in 0..<8 {
                group.addTask {
                    for round in 0..<500 {
                        let message = Array("task \(task) round \(round)".utf8)
                        let nonce = try SecureRandom.bytes(AES256GCM.nonceLength)
                        let sealed = try cipher.seal(message, nonce: nonce, associatedData: message)
                        let opened = try cipher.open(sealed, nonce: nonce, associatedData: message)
                        guard opened == message else { return false }
                    }
                    return true
                }
            }
            for try await isRight in group { #expect(isRight) }
        }
    }
}
