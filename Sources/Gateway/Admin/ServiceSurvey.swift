internal import Curl
import FragmentProtocol
internal import NIOCore
internal import NIOPosix

/// Asks the running services what they have, and whether it is what they say.
struct ServiceSurvey: Sendable {
    /// What the services answered.
    struct Result: Sendable {
        /// By service, one for each of its upstreams that answered with a valid one.
        var manifests: [String: [ServiceManifest]] = [:]
        var findings: [CheckFinding] = []
    }

    /// One address of a service, which the fetcher knows as a service of its own.
    private struct Target: Sendable {
        let service: ServiceSettings
        let upstream: UpstreamURL
        let fetcherName: String
    }

    private let configuration: GatewayConfiguration
    private let fetcher: Fetcher
    private let signer: IdentitySigner?

    /// Asks all upstreams of all services, at the same time; the examples of a fragment one after the other.
    static func run(_ configuration: GatewayConfiguration) async -> Result {
        var result = Result()
        var targets: [Target] = []
        for service in configuration.services {
            for (index, upstream) in service.upstreams.enumerated() {
                targets.append(Target(service: service, upstream: upstream, fetcherName: "\(service.name) \(index)"))
            }
        }
        let fetcher = Fetcher(
            services: targets.compactMap { target in
                Upstream(target.upstream.description).map {
                    UpstreamService(
                        name: target.fetcherName,
                        upstreams: [$0],
                        concurrency: target.service.concurrency,
                        // Every example is tried, however many have failed.
                        breaker: nil
                    )
                }
            }
        )
        var signer: IdentitySigner?
        do {
            signer = try configuration.identity.map { try IdentitySigner($0) }
        } catch {
            result.findings.append(.error(CheckPlace(file: configuration.file), "the key of 'identity': \(error)"))
        }
        let survey = ServiceSurvey(configuration: configuration, fetcher: fetcher, signer: signer)
        let answers = await withTaskGroup(of: (Int, ServiceManifest?, [CheckFinding]).self) { group in
            for (index, target) in targets.enumerated() {
                group.addTask {
                    let (manifest, findings) = await survey.ask(target)
                    return (index, manifest, findings)
                }
            }
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }
        }
        for (index, manifest, findings) in answers {
            if let manifest { result.manifests[targets[index].service.name, default: []].append(manifest) }
            result.findings += findings
        }
        await fetcher.shutdown()
        return result
    }

    private func ask(_ target: Target) async -> (ServiceManifest?, [CheckFinding]) {
        let configured = CheckPlace(target.service.position, in: configuration.file)
        let place = CheckPlace(file: target.upstream.description + ServicePath.fragments)
        let limits = configuration.manifests ?? ManifestSettings()
        let reader = ManifestReader(
            fetcher: fetcher,
            loop: MultiThreadedEventLoopGroup.singleton.any(),
            timeout: limits.timeout,
            maximumSize: limits.maximumSize
        )
        let manifest: ServiceManifest
        do throws(ManifestFailure) {
            manifest = try await reader.read(target.service.name, from: target.fetcherName)
        } catch .noAnswer(let failure) {
            return (nil, [.error(configured, "the service '\(target.service.name)' gives no manifest: \(failure)")])
        } catch {
            return (nil, error.problems.map { .error(place, $0) })
        }
        var findings: [CheckFinding] = []
        for declaration in manifest.fragments {
            findings += await tryOut(declaration, of: target)
        }
        return (manifest, findings)
    }

    /// Asks for a fragment as its examples say; without examples, as it is without parameters if it needs none.
    private func tryOut(_ declaration: FragmentDeclaration, of target: Target) async -> [CheckFinding] {
        guard let name = FragmentName(service: target.service.name, type: declaration.type) else { return [] }
        var examples = declaration.examples
        if examples.isEmpty, !declaration.params.contains(where: \.isRequired) { examples = [[:]] }
        var findings: [CheckFinding] = []
        for example in examples {
            let parameters = FragmentParameters(example.map { (name: $0.key, value: $0.value.text) })
            let reference = FragmentReference(name: name, parameters: parameters)
            let place = CheckPlace(file: target.upstream.description + reference.path)
            let settings = configuration.settings(for: name)
            do {
                let response = try await fetch(
                    FetchRequest(
                        service: target.fetcherName,
                        path: reference.path,
                        headers: TransferHeaders(try headers(declaration, settings, target.service)),
                        timeout: settings.timeout,
                        maximumBodyBytes: settings.maximumSize,
                        retries: settings.retries
                    )
                )
                findings += AnswerCheck.findings(response, declaration: declaration, at: place)
            } catch let failure as FetchFailure where failure.code == .timeout {
                let rule = settings.line.map { "by \(configuration.file):\($0)" } ?? "the default"
                let limit = "\(settings.timeout.milliseconds) ms (\(rule))"
                findings.append(.error(place, "there is no whole answer within the fragment's timeout, \(limit)"))
            } catch {
                findings.append(.error(place, "there is no answer: \(error)"))
            }
        }
        return findings
    }

    private func headers(
        _ declaration: FragmentDeclaration,
        _ settings: FragmentSettings,
        _ service: ServiceSettings
    ) throws -> [(name: String, value: String)] {
        var headers = FragmentRequestHeaders(
            accept: declaration.content.mediaType,
            acceptLanguage: configuration.site.languages.first,
            forwardedProto: configuration.publicURL.scheme,
            forwardedHost: service.host
        )
        if declaration.isPersonal, let signer {
            let identity = Identity(subject: Identity.anonymousPrefix + "check")
            headers.identity = try signer.assertion(for: identity, audience: service.name, now: .now())
        }
        return try headers.encoded()
    }

    private func fetch(_ request: FetchRequest) async throws(FetchFailure) -> FetchResponse {
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        let result = await withCheckedContinuation { continuation in
            _ = fetcher.fetch(request, on: loop) { continuation.resume(returning: $0) }
        }
        return try result.get()
    }
}
