/// Decides what becomes of an authorization code that a client wants tokens for.
///
/// Valid: fresh → redeemed, or fresh → spoilt, once. A redeemed code that comes again ends everything that followed from
/// it, as one of the two who have it is a thief (RFC 6749, section 4.1.2).
enum CodePolicy {
    /// A code as it is kept.
    struct Code: Sendable, Equatable {
        let client: String
        let redirectURI: String
        let challenge: String
        let expiresAt: Int64
        /// Whether it was used before, for tokens or in vain.
        let isUsed: Bool
    }

    /// What a client shows with it.
    struct Presentation: Sendable, Equatable {
        let client: String
        let redirectURI: String?
        let verifier: String?
    }

    /// What to do.
    enum Decision: Equatable, Sendable {
        case redeem
        /// The code was good and is used up by a wrong proof.
        case spoil(OAuthError)
        /// The code was used before: its grant ends.
        case endGrant
        /// Nothing changes.
        case refuse(OAuthError)
    }

    static func decision(on code: Code?, presented: Presentation, now: Int64) -> Decision {
        let refusal = OAuthError(.invalidGrant, "the code is unknown, used, too old or another client's")
        guard let code, code.client.utf8.elementsEqual(presented.client.utf8) else { return .refuse(refusal) }
        guard !code.isUsed else { return .endGrant }
        guard now < code.expiresAt else { return .refuse(refusal) }
        guard let redirectURI = presented.redirectURI, redirectURI.utf8.elementsEqual(code.redirectURI.utf8) else {
            return .spoil(OAuthError(.invalidGrant, "redirect_uri is not the one that the code was asked for with"))
        }
        guard let verifier = presented.verifier, ProofKey.isVerifier(verifier) else {
            return .spoil(OAuthError(.invalidGrant, "code_verifier is missing or malformed (RFC 7636, section 4.1)"))
        }
        guard ProofKey.challenge(of: verifier) == code.challenge else {
            return .spoil(OAuthError(.invalidGrant, "code_verifier does not match the code_challenge"))
        }
        return .redeem
    }
}
