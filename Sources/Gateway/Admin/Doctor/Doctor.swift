import Glibc
import Logging
import NIOCore

/// Tells what is wrong with a deployment before its users do.
package struct Doctor: Sendable {
    private let configuration: GatewayConfiguration
    private let now: @Sendable () -> Instant

    /// - Parameters:
    ///   - configurationPath: the file.
    ///   - environment: what `${NAME}` stands for.
    /// - Throws: the mistakes of the file.
    package init(configurationPath: String, environment: [String: String]) throws(ConfigurationErrors) {
        self.init(try GatewayConfiguration.load(path: configurationPath, environment: environment))
    }

    init(_ configuration: GatewayConfiguration, now: @escaping @Sendable () -> Instant = Instant.now) {
        self.configuration = configuration
        self.now = now
    }

    /// Looks at the configuration, at the hosts' names and at the provider.
    ///
    /// - Parameter isOffline: whether nothing is asked on the network.
    /// - Returns: what was found; empty when all is well.
    package func examine(isOffline: Bool = false) async -> [DoctorFinding] {
        var findings = DeploymentPolicy.findings(self.configuration)
        guard !isOffline else { return findings }
        if !DeploymentPolicy.isLoopback(self.configuration.domain) {
            findings += ReachPolicy.findings(await self.hosts())
        }
        if let settings = self.configuration.signOn { findings += await self.provider(settings) }
        return findings
    }

    private func hosts() async -> [ReachPolicy.Host] {
        let names = self.configuration.services.map(\.host)
        // The system's resolver blocks the thread that asks it.
        return await Task.detached { names.map { ReachPolicy.Host(name: $0, address: Self.address(of: $0)) } }.value
    }

    private static func address(of host: String) -> [UInt8]? {
        do {
            return try SocketAddress.makeAddressResolvingHost(host, port: 443).ipAddress.flatMap(Self.bytes)
        } catch {
            // It has none, which is what is to be told.
            return nil
        }
    }

    /// The bytes of an address of IPv4 or IPv6.
    private static func bytes(_ address: String) -> [UInt8]? {
        for (family, length) in [(AF_INET, 4), (AF_INET6, 16)] {
            var bytes = [UInt8](repeating: 0, count: length)
            // It writes as many bytes as the family's addresses have.
            if unsafe inet_pton(family, address, &bytes) == 1 { return bytes }
        }
        return nil
    }

    private func provider(_ settings: SignOnSettings) async -> [DoctorFinding] {
        let client = ProviderClient(
            configuration: self.configuration,
            settings: settings,
            logger: Logger(label: "doctor") { _ in SwiftLogNoOpLogHandler() }
        )
        var findings: [DoctorFinding] = []
        switch await ProviderDocuments.metadata(of: settings.issuer, over: client.transport) {
        case .failure(let failure): findings.append(ReachPolicy.provider(failure))
        case .success(let metadata):
            do throws(ProviderFailure) {
                let answer = try await client.transport.send(ProviderTransport.Request(address: metadata.keys))
                let now = self.now()
                if let date = answer.date.flatMap({ HTTPDate.parse($0, now: now) }),
                    let finding = ReachPolicy.clock(provider: date, now: now)
                {
                    findings.append(finding)
                }
                do throws(KeySet.Refusal) {
                    _ = try KeySet(answer.body)
                } catch {
                    findings.append(ReachPolicy.provider(.invalid("its keys: \(error.rawValue)")))
                }
            } catch {
                findings.append(ReachPolicy.provider(error))
            }
        }
        await client.shutdown()
        return findings
    }
}
