import Foundation
import FragmentProtocol

/// The keys of the server: those that sign, one for each algorithm, and older ones that are still published.
struct KeyRing: Sendable {
    /// Why a token is not one of this server's.
    struct BadToken: Error, Equatable {
        let reason: String
    }

    /// What a token's header says (RFC 7515, section 4.1).
    private struct Header: Codable {
        let alg: String
        let typ: String?
        let kid: String?
        var crit: [String]?
    }

    /// The key set document (RFC 7517, section 5).
    private struct KeySet: Encodable {
        let keys: [SigningKey.PublicKey]
    }

    /// The newest of an algorithm first.
    let keys: [SigningKey]

    /// The published keys, as JSON.
    func keySet() throws -> [UInt8] {
        try stableJSON(KeySet(keys: keys.map { try $0.publicKey() }))
    }

    /// Signs claims.
    ///
    /// - Parameters:
    ///   - claims: The payload.
    ///   - type: The header's `typ`, such as `at+jwt`.
    ///   - algorithm: What to sign with.
    /// - Returns: A compact JWS.
    /// - Throws: What the key or the encoder says.
    func sign(_ claims: some Encodable, type: String, algorithm: SigningAlgorithm) throws -> String {
        guard let key = keys.first(where: { $0.algorithm == algorithm }) else {
            throw BadToken(reason: "there is no key for \(algorithm.rawValue)")
        }
        let header = try stableJSON(Header(alg: algorithm.rawValue, typ: type, kid: key.id))
        let message = Base64URL.encode(header) + "." + Base64URL.encode(try stableJSON(claims))
        return message + "." + Base64URL.encode(try key.signature(of: Data(message.utf8)))
    }

    /// The claims of a token that this server has signed, whether it has expired or not.
    ///
    /// - Parameters:
    ///   - type: The claims.
    ///   - token: A compact JWS.
    ///   - typ: What the header's `typ` must be.
    /// - Returns: The claims.
    /// - Throws: A ``BadToken`` when it is not such a token.
    func claims<Claims: Decodable>(_ type: Claims.Type, of token: String, typ: String) throws -> Claims {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, token.utf8.count <= 8_192, let header = Base64URL.decode(parts[0]),
            let payload = Base64URL.decode(parts[1]), let signature = Base64URL.decode(parts[2])
        else { throw BadToken(reason: "it is not three parts of base64url") }
        let decoder = JSONDecoder()
        let head = try decoder.decode(Header.self, from: Data(header))
        // A token without `typ` is none of this server's, and one of another kind never passes for this.
        guard head.typ == typ, head.crit == nil else { throw BadToken(reason: "its typ is not \(typ)") }
        guard let key = keys.first(where: { $0.id == head.kid }), key.algorithm.rawValue == head.alg else {
            throw BadToken(reason: "no key of this server has signed it")
        }
        guard key.isValid(Data(signature), of: Data("\(parts[0]).\(parts[1])".utf8)) else {
            throw BadToken(reason: "its signature is wrong")
        }
        return try decoder.decode(Claims.self, from: Data(payload))
    }
}
