internal import FoundationEssentials

/// The public keys of a gateway as a JWK set (RFC 7517, section 5; RFC 8037, section 2).
public enum IdentityKeySet {
    /// The set of the keys' public parts; shared secrets are left out, since they have none.
    ///
    /// - Parameter keys: the keys in any order.
    /// - Returns: JSON in UTF-8.
    public static func encode(_ keys: [IdentityKey]) -> [UInt8] {
        var items: [String] = []
        for key in keys {
            guard let bytes = key.publicKeyBytes else { continue }
            var writer = JSONWriter()
            writer.beginObject()
            writer.member("kty", "OKP")
            writer.member("crv", "Ed25519")
            writer.member("use", "sig")
            writer.member("alg", key.algorithm.rawValue)
            if let id = key.id { writer.member("kid", id) }
            writer.member("x", Base64URL.encode(bytes))
            writer.endObject()
            items.append(writer.text)
        }
        return Array(#"{"keys":[\#(items.joined(separator: ","))]}"#.utf8)
    }

    /// The Ed25519 keys of a set that are for signatures; keys of other kinds are left out (RFC 7517, section 5).
    ///
    /// - Parameter bytes: JSON in UTF-8.
    /// - Returns: keys that verify, in the set's order.
    /// - Throws: an ``IdentityError`` when the bytes are no JWK set or an Ed25519 key in it is broken.
    public static func decode(from bytes: some Sequence<UInt8>) throws(IdentityError) -> [IdentityKey] {
        let set: KeySet
        do {
            set = try JSONDecoder().decode(KeySet.self, from: Data(bytes))
        } catch {
            throw IdentityError(.badKey, "the bytes are not a JWK set: \(error)")
        }
        var keys: [IdentityKey] = []
        for key in set.keys where key.isForAssertions {
            guard let text = key.x, let bytes = Base64URL.decode(text) else {
                throw IdentityError(.badKey, "the key \(quoted(key.kid ?? "")) has no valid member x")
            }
            keys.append(try .ed25519(publicKey: bytes, id: key.kid))
        }
        return keys
    }

    /// A JWK set.
    private struct KeySet: Decodable {
        /// The keys.
        var keys: [Key]
    }

    /// The members of a JWK that matter here.
    private struct Key: Decodable {
        /// The kind of key.
        var kty: String
        /// The curve.
        var crv: String?
        /// What the key is used for.
        var use: String?
        /// The algorithm.
        var alg: String?
        /// The name.
        var kid: String?
        /// The public key in base64url.
        var x: String?

        /// Whether the key can verify assertions.
        ///
        /// RFC 9864 calls the algorithm `Ed25519`.
        var isForAssertions: Bool {
            kty == "OKP" && crv == "Ed25519" && use ?? "sig" == "sig" && ["EdDSA", "Ed25519"].contains(alg ?? "EdDSA")
        }
    }
}
