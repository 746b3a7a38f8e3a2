import OpenSSL

/// A signed token in its compact form, taken apart but not believed (RFC 7515, section 7.1).
struct JSONWebSignature: Sendable {
    /// Bytes of the longest token that is looked at.
    static let longest = 16 * 1024

    /// Why a text is not a token that the gateway reads.
    enum Refusal: String, Error, Equatable {
        case tooLong = "the token is too long"
        case malformed = "the token is not three parts of base64url with JSON in the first two"
        case algorithm = "the token's algorithm is none that is accepted"
        case critical = "the token's header has extensions that must be understood"
    }

    let algorithm: VerificationKey.Algorithm
    /// The name of the key (`kid`).
    let keyName: String?
    /// What the token says that it is (`typ`), in small letters and without `application/`.
    let type: String?
    /// What is signed.
    let message: [UInt8]
    let signature: [UInt8]
    /// What it says; not to be believed before the signature is checked.
    let claims: TokenClaims

    /// Takes a token apart.
    init(_ text: String) throws(Refusal) {
        guard text.utf8.count <= Self.longest else { throw .tooLong }
        let bytes = Array(text.utf8)
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, let header = Self.object(parts[0]), let payload = Self.object(parts[1]),
            let signature = Self.bytes(parts[2])
        else { throw .malformed }
        // "none" and the algorithms with a shared secret are not among the known ones.
        guard let algorithm = header["alg"]?.text.flatMap(VerificationKey.Algorithm.init(rawValue:)) else {
            throw .algorithm
        }
        guard header["crit"] == nil, header["b64"] == nil else { throw .critical }
        self.algorithm = algorithm
        self.keyName = header["kid"]?.text
        if let type = header["typ"] {
            guard let type = type.text?.lowercased() else { throw .malformed }
            self.type = type.hasPrefix("application/") ? String(type.dropFirst("application/".count)) : type
        } else {
            self.type = nil
        }
        self.message = Array(bytes[..<parts[1].endIndex])
        self.signature = signature
        self.claims = TokenClaims(payload)
    }

    private static func object(_ part: ArraySlice<UInt8>) -> [String: JSONTree]? {
        self.bytes(part).flatMap { JSONTree.object(in: $0) }
    }

    private static func bytes(_ part: ArraySlice<UInt8>) -> [UInt8]? {
        let characters = Array(part)
        return SessionTokenText.decode(characters.span)
    }
}
