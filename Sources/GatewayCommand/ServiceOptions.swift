import ArgumentParser
import Gateway

/// The options of `gateway check --service`.
struct ServiceOptions: ParsableArguments {
    /// An option that cannot be used.
    struct Mistake: Error, CustomStringConvertible {
        let description: String
    }

    @Option(
        help: ArgumentHelp(
            "The secret that gateway and service share (environment: IDENTITY_SECRET).",
            valueName: "secret"
        )
    )
    var identitySecret: String?

    @Option(
        help: ArgumentHelp(
            "The gateway's Ed25519 private key in base64, in place of a secret (environment: IDENTITY_PRIVATE_KEY).",
            valueName: "key"
        )
    )
    var identityPrivateKey: String?

    @Option(help: "What the gateway calls itself in identities (environment: IDENTITY_ISSUER).")
    var identityIssuer: String?

    @Option(help: "How long the gateway waits for a fragment.")
    var timeout = "500ms"

    @Option(help: "The most that a fragment's body may have.")
    var maxSize = "1MB"

    /// What is checked, and by which bounds.
    ///
    /// - Parameters:
    ///   - address: where the service is.
    ///   - environment: where keys are looked for that are not given.
    /// - Returns: the settings.
    /// - Throws: a ``Mistake`` that says which option cannot be used.
    func settings(for address: String, environment: [String: String]) throws(Mistake) -> ServiceCheck.Settings {
        guard let upstream = Upstream(address) else {
            throw Mistake(
                description:
                    "--service \(address) is not an address such as http://127.0.0.1:5003, https://… or unix:/PATH"
            )
        }
        func setting(_ option: String?, _ variable: String) -> String? {
            option ?? environment[variable].flatMap { $0.isEmpty ? nil : $0 }
        }
        var key: IdentitySettings.Key?
        switch (setting(identitySecret, "IDENTITY_SECRET"), setting(identityPrivateKey, "IDENTITY_PRIVATE_KEY")) {
        case (let secret?, nil):
            guard secret.utf8.count >= 32 else {
                throw Mistake(description: "the identity secret has \(secret.utf8.count) bytes; it needs at least 32")
            }
            key = .hs256(secret: Secret(secret))
        case (nil, let text?):
            let privateKey = Secret(text)
            guard privateKey.base64Bytes()?.count == 32 else {
                throw Mistake(description: "the identity private key is not the base64 text of 32 bytes")
            }
            key = .eddsa(privateKey: privateKey)
        case (_?, _?):
            throw Mistake(description: "give either the identity secret or the identity private key, not both")
        case (nil, nil): break
        }
        let issuer = setting(identityIssuer, "IDENTITY_ISSUER") ?? "gateway"
        var settings = ServiceCheck.Settings(
            upstream: upstream,
            identity: key.map { IdentitySettings(key: $0, issuer: issuer) }
        )
        guard settings.setTimeout(timeout) else {
            throw Mistake(description: "--timeout \(timeout) is not a duration such as 500ms or 2s")
        }
        guard settings.setMaximumSize(maxSize) else {
            throw Mistake(description: "--max-size \(maxSize) is not a size such as 64KB or 1MB")
        }
        return settings
    }
}
