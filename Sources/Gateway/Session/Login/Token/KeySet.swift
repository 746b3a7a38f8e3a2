import OpenSSL

/// The public keys of a provider (JWKS; RFC 7517, section 5).
struct KeySet: Sendable {
    /// Why a text is not a set of keys.
    enum Refusal: String, Error, Equatable {
        case malformed = "the answer is not a JSON object with an array of keys"
        case tooMany = "the set has too many keys"
        case empty = "the set has no key that can check a signature"
    }

    /// Why no key of the set fits a token.
    enum Mismatch: Error, Equatable {
        /// There is no key of the name; the set may be an old one.
        case unknownKey
        /// The token names no key, and several would do.
        case ambiguous
        /// The signature is not one of the key.
        case badSignature
    }

    private struct Entry: Sendable {
        let key: VerificationKey
        let name: String?
        /// The one algorithm that the key is for, where the set says so.
        let algorithm: VerificationKey.Algorithm?
    }

    /// The most keys of a set.
    static let mostKeys = 100

    private let entries: [Entry]

    /// Reads a set.
    ///
    /// Keys of other kinds or uses and broken ones are left out (RFC 7517, section 5).
    init(_ body: [UInt8]) throws(Refusal) {
        guard let members = JSONTree.object(in: body), case .array(let keys)? = members["keys"] else {
            throw .malformed
        }
        guard keys.count <= Self.mostKeys else { throw .tooMany }
        self.entries = keys.compactMap(Self.entry)
        guard !self.entries.isEmpty else { throw .empty }
    }

    /// How many keys can check a signature.
    var count: Int { self.entries.count }

    /// Whether the set has a key that the token could be signed with.
    func fits(_ token: JSONWebSignature) -> Bool { !self.candidates(token).isEmpty }

    private func candidates(_ token: JSONWebSignature) -> [Entry] {
        let fitting = self.entries.filter { entry in
            entry.key.kind.algorithms.contains(token.algorithm)
                && (entry.algorithm == nil || entry.algorithm == token.algorithm)
        }
        return token.keyName.map { name in fitting.filter { $0.name == name } } ?? fitting
    }

    /// Checks a token's signature.
    ///
    /// - Throws: why it is not of this set.
    func check(_ token: JSONWebSignature) throws(Mismatch) {
        let candidates = self.candidates(token)
        guard let entry = candidates.first else { throw .unknownKey }
        guard candidates.count == 1 else { throw .ambiguous }
        do {
            guard
                try entry.key.isValid(token.signature, of: token.message, algorithm: token.algorithm)
            else { throw Mismatch.badSignature }
        } catch {
            // Without memory for the check, nothing is proven either.
            throw .badSignature
        }
    }

    private static func entry(_ key: JSONTree) -> Entry? {
        guard case .object(let members) = key, members["use"]?.text ?? "sig" == "sig", Self.mayVerify(members),
            let parsed = Self.key(members)
        else { return nil }
        var algorithm: VerificationKey.Algorithm?
        if let name = members["alg"] {
            // RFC 9864 calls EdDSA by its curve.
            let text = name.text == "Ed25519" ? "EdDSA" : name.text
            guard let known = text.flatMap(VerificationKey.Algorithm.init(rawValue:)) else { return nil }
            algorithm = known
        }
        return Entry(key: parsed, name: members["kid"]?.text, algorithm: algorithm)
    }

    private static func mayVerify(_ members: [String: JSONTree]) -> Bool {
        guard let operations = members["key_ops"] else { return true }
        return operations.texts?.contains("verify") ?? false
    }

    private static func key(_ members: [String: JSONTree]) -> VerificationKey? {
        func bytes(_ name: String) -> [UInt8]? {
            members[name]?.text.flatMap { text in
                let characters = Array(text.utf8)
                return SessionTokenText.decode(characters.span)
            }
        }
        do {
            switch (members["kty"]?.text, members["crv"]?.text) {
            case ("RSA"?, _):
                guard let modulus = bytes("n"), let exponent = bytes("e") else { return nil }
                return try .rsa(modulus: modulus, exponent: exponent)
            case ("EC"?, "P-256"?):
                guard let x = bytes("x"), let y = bytes("y") else { return nil }
                return try .p256(x: x, y: y)
            case ("OKP"?, "Ed25519"?):
                guard let x = bytes("x") else { return nil }
                return try .ed25519(x)
            default: return nil
            }
        } catch {
            // A key that is broken or too weak checks nothing; the others of the set may be good.
            return nil
        }
    }
}
