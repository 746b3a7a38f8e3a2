internal import FragmentProtocol

/// Checks whether a service keeps to the protocol, by itself: no configuration and no gateway is needed.
package struct ServiceCheck: Sendable {
    /// What is checked, and by which bounds.
    package struct Settings: Sendable {
        /// Where the service is.
        package var upstream: Upstream
        /// The gateway's key; without one nobody asks in any request.
        package var identity: IdentitySettings?
        /// How long the gateway waits for a fragment.
        package var timeout: Duration
        /// The most bytes of a fragment's body.
        package var maximumSize: Int
        /// Whether warnings are errors.
        package var isStrict = false
        /// How long the check itself waits for an answer.
        var patience = Duration.seconds(5)

        /// Settings with the bounds that `gateway.yaml` has where no rule says otherwise.
        package init(upstream: Upstream, identity: IdentitySettings? = nil) {
            self.upstream = upstream
            self.identity = identity
            timeout = FragmentSettings().timeout
            maximumSize = FragmentSettings().maximumSize
        }

        /// Sets the longest wait from a text such as `500ms`; false when it is none.
        package mutating func setTimeout(_ text: String) -> Bool {
            guard let time = TimeText(text), time.duration > .zero else { return false }
            timeout = time.duration
            return true
        }

        /// Sets the greatest size from a text such as `1MB`; false when it is none.
        package mutating func setMaximumSize(_ text: String) -> Bool {
            guard let size = ByteSize(text), size.bytes > 0 else { return false }
            maximumSize = size.bytes
            return true
        }

        /// What addresses of the service begin with.
        var address: String { upstream.description }
    }

    private static let greatestManifest = 4 << 20
    private static let greatestAsset = 64 << 20
    /// A type that no service has.
    private static let unknownType = "gateway-check-of-no-fragment"

    private let settings: Settings

    package init(_ settings: Settings) {
        self.settings = settings
    }

    /// Asks the service, one request after the other, and tells everything that breaks the protocol.
    package func run() async -> CheckReport {
        let prober = ServiceProber(settings.upstream, patience: max(settings.patience, settings.timeout))
        let report = await run(prober)
        await prober.shutdown()
        return report
    }

    private func run(_ prober: ServiceProber) async -> CheckReport {
        let place = self.place(ServicePath.fragments)
        let request = Probe(ServicePath.fragments, accept: FragmentContent.json.mediaType)
        let response: FetchResponse
        switch await prober.ask(request, maximumSize: Self.greatestManifest) {
        case .success(let success): response = success
        case .failure(let failure):
            let isUnreachable = failure.code == .connect || failure.code == .timeout
            let message =
                isUnreachable ? "the service cannot be reached: \(failure)" : "there is no manifest: \(failure)"
            let remedy = isUnreachable ? "start it, or mend the address" : "answer 200 and the manifest as JSON"
            let finding = CheckFinding.error(place, message, mend: remedy, .manifest)
            return CheckReport(findings: [finding], isUnreadable: isUnreachable)
        }
        let (manifest, problems) = EndpointCheck.manifest(response, at: place)
        var findings = problems + cookies(of: response, at: place)
        let health = await prober.ask(Probe(ServicePath.health), maximumSize: settings.maximumSize)
        findings += EndpointCheck.health(health, at: self.place(ServicePath.health))
        var notes: [String] = []
        if let manifest {
            findings += await tryFragments(of: manifest, prober, &notes)
            let count = manifest.fragments.count
            let what = "\(count) fragment\(count == 1 ? "" : "s"), \(prober.requestCount) requests"
            notes.insert("\(manifest.service) \(manifest.version) at \(settings.address): \(what).", at: 0)
        } else {
            notes.append("Nothing else could be tried without a manifest.")
        }
        if settings.isStrict {
            findings = findings.map { finding in
                var finding = finding
                finding.severity = .error
                return finding
            }
        }
        return CheckReport(findings: findings, notes: notes)
    }

    private func tryFragments(
        of manifest: ServiceManifest,
        _ prober: ServiceProber,
        _ notes: inout [String]
    ) async -> [CheckFinding] {
        var findings: [CheckFinding] = []
        var signer: ProbeSigner?
        if let identity = settings.identity {
            do {
                signer = try ProbeSigner(identity, audience: manifest.service)
            } catch {
                let message = "no identity can be signed: \(error)"
                findings.append(.error(CheckPlace(file: "the gateway's key"), message, .verifying))
            }
        } else if manifest.fragments.contains(where: \.isPersonal) {
            notes.append("Nobody asked: give the gateway's key (--identity-secret) to try what varies by user.")
        }
        var unknownType = Self.unknownType
        while manifest.fragment(unknownType) != nil { unknownType += "x" }
        let unknown = Probe("\(ServicePath.fragments)/\(unknownType)", accept: FragmentContent.html.mediaType)
        let answer = await prober.ask(unknown, maximumSize: settings.maximumSize)
        findings += EndpointCheck.unknownType(answer, at: place(unknown.path))
        var assets: Set<String> = []
        for declaration in manifest.fragments {
            guard let name = FragmentName(service: manifest.service, type: declaration.type) else { continue }
            let trial = FragmentTrial(declaration, name, settings: settings, prober: prober, signer: signer)
            findings += await trial.run()
            for asset in declaration.assets where assets.insert(asset).inserted {
                let answer = await prober.ask(Probe(asset), maximumSize: Self.greatestAsset)
                findings += EndpointCheck.asset(answer, of: declaration.type, at: place(asset))
            }
        }
        return findings
    }

    /// A manifest for browsers is as wrong as a fragment for them.
    private func cookies(of response: FetchResponse, at place: CheckPlace) -> [CheckFinding] {
        guard response.firstValue(of: HeaderName.setCookie) != nil else { return [] }
        return [.error(place, "the manifest sets a cookie", mend: "take Set-Cookie off", .cookies)]
    }

    private func place(_ path: String) -> CheckPlace { CheckPlace(file: settings.address + path) }
}
