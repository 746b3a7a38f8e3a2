internal import FoundationEssentials

/// The gateway's signed word to a service about who asks: the value of `Gateway-Identity`.
///
/// It is a compact JWS (RFC 7515, section 7.1) over the claims of RFC 7519, signed with EdDSA or HS256. The algorithm is
/// the key's, whatever the header says, and an assertion holds for one service and at most ``greatestLifetime`` seconds.
public enum IdentityAssertion {
    /// Seconds for which an assertion holds at most.
    public static let greatestLifetime: Int64 = 60
    /// Seconds by which the clocks of gateway and service may differ.
    public static let clockSkew: Int64 = 5
    /// The greatest length of an assertion in bytes; longer ones are refused unread.
    public static let greatestLength = 8192

    /// Makes an assertion.
    ///
    /// - Parameters:
    ///   - identity: who asks.
    ///   - issuer: the gateway's name, as services expect it.
    ///   - audience: the name of the service that is asked.
    ///   - now: seconds since 1970.
    ///   - id: a name that no other assertion has, such as 16 random bytes in hexadecimal.
    ///   - lifetime: seconds for which it holds, from 1 to ``greatestLifetime``.
    ///   - key: a key that can sign.
    /// - Returns: the value of the header field.
    /// - Throws: an ``IdentityError`` when a name is empty, the lifetime or the length is out of range or the key cannot sign.
    public static func sign(
        _ identity: Identity,
        issuer: String,
        audience: String,
        now: Int64,
        id: String,
        lifetime: Int64 = greatestLifetime,
        key: IdentityKey
    ) throws(IdentityError) -> String {
        guard (1...greatestLifetime).contains(lifetime), now >= 0, now < Int64.max - lifetime else {
            throw IdentityError(.badLifetime, "an assertion holds for 1 to \(greatestLifetime) s, not \(lifetime)")
        }
        try checkNames(identity.subject, issuer, audience, id)
        var header = JSONWriter()
        header.beginObject()
        header.member("alg", key.algorithm.rawValue)
        header.member("typ", "JWT")
        if let kid = key.id { header.member("kid", kid) }
        header.endObject()
        var payload = JSONWriter()
        payload.beginObject()
        payload.member("iss", issuer)
        payload.member("aud", audience)
        payload.member("sub", identity.subject)
        if let name = identity.name { payload.member("name", name) }
        if let email = identity.email { payload.member("email", email) }
        payload.member("roles", identity.roles)
        if let sessionHash = identity.sessionHash { payload.member("sid", sessionHash) }
        if let moment = identity.authenticatedAt { payload.member("auth_time", moment) }
        if let methods = identity.methods { payload.member("amr", methods) }
        if let subject = identity.formerSubject { payload.member("anon", subject) }
        payload.member("iat", now)
        payload.member("exp", now + lifetime)
        payload.member("jti", id)
        payload.endObject()
        let message = "\(Base64URL.encode(header.text.utf8)).\(Base64URL.encode(payload.text.utf8))"
        let assertion = "\(message).\(Base64URL.encode(try key.signature(of: Array(message.utf8))))"
        guard assertion.utf8.count <= greatestLength else {
            throw IdentityError(.malformed, "the assertion would be longer than \(greatestLength) bytes")
        }
        return assertion
    }

    /// Checks an assertion and says who asks.
    ///
    /// - Parameters:
    ///   - assertion: the value of the header field.
    ///   - audience: the name of this service.
    ///   - issuer: the gateway's name.
    ///   - now: seconds since 1970.
    ///   - keys: the keys that the gateway may sign with.
    /// - Returns: who asks.
    /// - Throws: an ``IdentityError`` when anything about it is not as it must be.
    public static func verify(
        _ assertion: String,
        audience: String,
        issuer: String,
        now: Int64,
        keys: [IdentityKey]
    ) throws(IdentityError) -> Identity {
        try claims(of: assertion, audience: audience, issuer: issuer, now: now, keys: keys).identity
    }

    /// Checks an assertion as ``verify(_:audience:issuer:now:keys:)`` does, and returns all that it says.
    ///
    /// - Parameters:
    ///   - assertion: the value of the header field.
    ///   - audience: the name of this service.
    ///   - issuer: the gateway's name.
    ///   - now: seconds since 1970.
    ///   - keys: the keys that the gateway may sign with.
    /// - Returns: the claims, which hold.
    /// - Throws: an ``IdentityError`` when anything about it is not as it must be.
    public static func claims(
        of assertion: String,
        audience: String,
        issuer: String,
        now: Int64,
        keys: [IdentityKey]
    ) throws(IdentityError) -> IdentityClaims {
        guard assertion.utf8.count <= greatestLength else {
            throw IdentityError(.malformed, "the assertion is longer than \(greatestLength) bytes")
        }
        let parts = assertion.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3,
            let header = Base64URL.decode(Substring(parts[0])),
            let payload = Base64URL.decode(Substring(parts[1])),
            let signature = Base64URL.decode(Substring(parts[2]))
        else { throw IdentityError(.malformed, "the assertion is not three parts of base64url") }
        let candidates = try keysFor(header, among: keys)
        let message = Array(assertion.utf8[..<parts[1].endIndex])
        guard candidates.contains(where: { $0.isValid(signature, for: message) }) else {
            throw IdentityError(.badSignature, "the signature is of no known key")
        }
        // Nothing of the payload is read before its signature has been found right.
        let claims = try decode(IdentityPayload.self, payload, "claims").claims
        try check(claims, audience: audience, issuer: issuer, now: now)
        return claims
    }

    /// The keys that may have signed, by what the header says.
    private static func keysFor(_ bytes: [UInt8], among keys: [IdentityKey]) throws(IdentityError) -> [IdentityKey] {
        let header = try decode(Header.self, bytes, "header")
        guard !header.hasCritical else {
            throw IdentityError(.criticalExtension, "the header has extensions that must be understood")
        }
        guard header.typ?.lowercasedASCII ?? "jwt" == "jwt" else {
            throw IdentityError(.malformed, "the header's type is \(quoted(header.typ ?? ""))")
        }
        let pinned = keys.filter { $0.algorithm.rawValue == header.alg }
        guard !pinned.isEmpty else {
            throw IdentityError(.wrongAlgorithm, "no key is for the algorithm \(quoted(header.alg))")
        }
        return pinned.filter { $0.id == nil || header.kid == nil || $0.id == header.kid }
    }

    /// Checks what signed claims say against what is expected here and now.
    private static func check(
        _ claims: IdentityClaims,
        audience: String,
        issuer: String,
        now: Int64
    ) throws(IdentityError) {
        try checkNames(claims.identity.subject, claims.issuer, claims.audience, claims.id)
        guard claims.issuer.hasSameBytes(as: issuer) else {
            throw IdentityError(.wrongIssuer, "the issuer is \(quoted(claims.issuer)), not \(quoted(issuer))")
        }
        guard claims.audience.hasSameBytes(as: audience) else {
            throw IdentityError(.wrongAudience, "the audience is \(quoted(claims.audience)), not \(quoted(audience))")
        }
        let (lifetime, isOverflow) = claims.expiresAt.subtractingReportingOverflow(claims.issuedAt)
        guard claims.issuedAt >= 0, !isOverflow, (1...greatestLifetime).contains(lifetime) else {
            throw IdentityError(.badLifetime, "the assertion does not hold for 1 to \(greatestLifetime) s")
        }
        guard claims.expiresAt > now - clockSkew else {
            throw IdentityError(.expired, "the assertion ended at \(claims.expiresAt), and it is \(now)")
        }
        guard claims.issuedAt <= now + clockSkew else {
            throw IdentityError(.notYetValid, "the assertion begins at \(claims.issuedAt), and it is \(now)")
        }
    }

    /// Refuses empty names, which would make different people or services look the same.
    private static func checkNames(
        _ subject: String,
        _ issuer: String,
        _ audience: String,
        _ id: String
    ) throws(IdentityError) {
        for (claim, value) in [("sub", subject), ("iss", issuer), ("aud", audience), ("jti", id)] where value.isEmpty {
            throw IdentityError(.emptyClaim, "the claim \(claim) is empty")
        }
    }

    /// Reads a part of the assertion.
    private static func decode<Part: Decodable>(
        _ type: Part.Type,
        _ bytes: [UInt8],
        _ name: String
    ) throws(IdentityError) -> Part {
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch {
            throw IdentityError(.malformed, "the assertion's \(name) cannot be read: \(error)")
        }
    }

    /// The JWS header (RFC 7515, section 4.1).
    private struct Header: Decodable {
        /// The algorithm.
        var alg: String
        /// The type of the whole.
        var typ: String?
        /// The name of the key.
        var kid: String?
        /// Whether there are extensions that must be understood, whatever they are.
        var hasCritical: Bool

        /// The members that are read.
        enum CodingKeys: String, CodingKey {
            /// The algorithm.
            case alg
            /// The type.
            case typ
            /// The name of the key.
            case kid
            /// The extensions that must be understood.
            case crit
        }

        /// Reads the members.
        init(from decoder: any Decoder) throws {
            let members = try decoder.container(keyedBy: CodingKeys.self)
            alg = try members.decode(String.self, forKey: .alg)
            typ = try members.decodeIfPresent(String.self, forKey: .typ)
            kid = try members.decodeIfPresent(String.self, forKey: .kid)
            hasCritical = members.contains(.crit)
        }
    }
}
