import Crypto
import CryptoExtras
import Foundation
import FragmentProtocol

/// What is kept of a password: `scrypt$LOG2N$R$P$SALT$HASH`, the last two in base64url (RFC 7914).
struct PasswordHash: Sendable, Equatable, CustomStringConvertible {
    /// How much work one try is.
    struct Cost: Sendable, Equatable {
        /// The logarithm of the number of rounds.
        let logRounds: Int
        let blockSize: Int
        let parallelism: Int

        /// 32 MB for each try (128 bytes × 2^15 × 8), which those who try many do not have for many at once.
        static let normal = Cost(logRounds: 15, blockSize: 8, parallelism: 1)
    }

    let cost: Cost
    let salt: [UInt8]
    let hash: [UInt8]

    /// Reads a hash; nil when it is none, or would take more memory than any hash made here.
    init?(_ text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "scrypt", let logRounds = Int(parts[1]), let blockSize = Int(parts[2]),
            let parallelism = Int(parts[3]), let salt = Base64URL.decode(parts[4]),
            let hash = Base64URL.decode(parts[5]),
            (1...20).contains(logRounds), (1...16).contains(blockSize), (1...4).contains(parallelism),
            salt.count >= 8, hash.count >= 16
        else { return nil }
        cost = Cost(logRounds: logRounds, blockSize: blockSize, parallelism: parallelism)
        self.salt = salt
        self.hash = hash
    }

    /// The hash of a new password.
    init(of password: String, cost: Cost = .normal) throws {
        self.cost = cost
        salt = SymmetricKey(size: .bits128).withUnsafeBytes { Array($0) }
        hash = try Self.derive(password, salt: salt, cost: cost, length: 32)
    }

    var description: String {
        "scrypt$\(cost.logRounds)$\(cost.blockSize)$\(cost.parallelism)$\(Base64URL.encode(salt))$\(Base64URL.encode(hash))"
    }

    /// Whether a password is the one; it takes the time that it is meant to take.
    func matches(_ password: String) throws -> Bool {
        let derived = try Self.derive(password, salt: salt, cost: cost, length: hash.count)
        return zip(derived, hash).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// What the passwords of addresses that nobody has are compared with, so that a try takes the same time.
    static let nobody = PasswordHash(
        cost: .normal,
        salt: Array("rose-ash nobody!".utf8),
        hash: [UInt8](repeating: 0, count: 32)
    )

    private init(cost: Cost, salt: [UInt8], hash: [UInt8]) {
        self.cost = cost
        self.salt = salt
        self.hash = hash
    }

    private static func derive(_ password: String, salt: [UInt8], cost: Cost, length: Int) throws -> [UInt8] {
        try KDF.Scrypt.deriveKey(
            from: Data(password.utf8),
            salt: Data(salt),
            outputByteCount: length,
            rounds: 1 << cost.logRounds,
            blockSize: cost.blockSize,
            parallelism: cost.parallelism
        ).withUnsafeBytes { Array($0) }
    }
}
