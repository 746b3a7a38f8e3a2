import FragmentProtocol

/// The public keys that services check `Gateway-Identity` with.
package enum PublicKeySet: Sendable, Equatable {
    /// A JWK set in JSON.
    case keys(String)
    /// There are none, and why.
    case none(String)

    /// The keys of a configuration file.
    ///
    /// - Parameters:
    ///   - configurationPath: the file.
    ///   - environment: what `${NAME}` stands for.
    /// - Throws: the mistakes of the file.
    package init(configurationPath: String, environment: [String: String]) throws(ConfigurationErrors) {
        self.init(try GatewayConfiguration.load(path: configurationPath, environment: environment))
    }

    init(_ configuration: GatewayConfiguration) {
        switch configuration.identity?.key {
        case nil:
            self = .none("there is no identity: in the configuration, so services are not told who asks")
        case .hs256?:
            self = .none(
                "identity.algorithm is hs256: the services check with the shared secret, and there is no public key; "
                    + "with algorithm: eddsa there is one"
            )
        case .eddsa(let privateKey)?:
            do throws(IdentityError) {
                let key = try IdentityKey.ed25519(privateKey: privateKey.base64Bytes() ?? [])
                self = .keys(String(decoding: IdentityKeySet.encode([key]), as: UTF8.self))
            } catch {
                self = .none("identity.private-key is no key: \(error)")
            }
        }
    }
}
