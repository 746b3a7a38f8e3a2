import Foundation
import FragmentProtocol
import Hummingbird
import Logging

extension StubEnvironment {
    /// Who asks, by the gateway's signed word; nobody when there is none, or when it is not the gateway's.
    ///
    /// - Parameters:
    ///   - assertion: The value of `Gateway-Identity`.
    ///   - service: For which service it must be meant.
    ///   - logger: Where a refused assertion is reported.
    /// - Returns: The identity, when the word is good.
    func identity(asserted assertion: String?, service: String, logger: Logger) -> Identity? {
        guard let assertion else {
            logger.debug("No identity was sent: whoever asks is nobody")
            return nil
        }
        guard let identityKey else {
            logger.warning("An identity was sent, but no secret is set to verify it with")
            return nil
        }
        do {
            return try IdentityAssertion.verify(
                assertion,
                audience: service,
                issuer: issuer,
                now: Int64(now().timeIntervalSince1970),
                keys: [identityKey]
            )
        } catch {
            logger.warning("Identity refused", metadata: ["reason": "\(error)"])
            return nil
        }
    }

    /// Who sent a request, by the gateway's signed word; nobody when there is none, or when it is not the gateway's.
    func identity(of request: Request, for service: ServiceName, logger: Logger) -> Identity? {
        let assertion = request.headers.first { HeaderName.isSame($0.name.rawName, HeaderName.gatewayIdentity) }?.value
        return identity(asserted: assertion, service: service.rawValue, logger: logger)
    }
}
