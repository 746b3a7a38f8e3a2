internal import FragmentProtocol

/// Tries one fragment of a service in all the ways that a gateway may ask for it, and some that it should refuse.
struct FragmentTrial: Sendable {
    private let declaration: FragmentDeclaration
    private let name: FragmentName
    private let settings: ServiceCheck.Settings
    private let prober: ServiceProber
    private let signer: ProbeSigner?

    /// Methods that no fragment answers; none of them is said to have an effect there, and the last is nobody's.
    private static let methods = ["POST", "DELETE", "GATEWAY-CHECK"]

    init(
        _ declaration: FragmentDeclaration,
        _ name: FragmentName,
        settings: ServiceCheck.Settings,
        prober: ServiceProber,
        signer: ProbeSigner?
    ) {
        self.declaration = declaration
        self.name = name
        self.settings = settings
        self.prober = prober
        self.signer = signer
    }

    /// Tries it, one request after the other; what is found at several addresses is told once.
    func run() async -> [CheckFinding] {
        var bases = declaration.examples.map { example in
            FragmentParameters(example.map { (name: $0.key, value: $0.value.text) })
        }
        if !declaration.params.contains(where: \.isRequired), !bases.contains(.none) { bases.append(.none) }
        guard !bases.isEmpty else {
            let place = CheckPlace(file: settings.address + FragmentReference(name: name).path)
            let message = "the fragment has required parameters and no example, so that it could not be tried"
            let remedy = #"give one in the manifest, such as "examples": [{"slug": "a-post"}]"#
            return [.warning(place, message, mend: remedy, .examples)]
        }
        var findings: [CheckFinding] = []
        var answered: FragmentParameters?
        for base in bases {
            let found = await tryOut(base, isFirst: answered == nil)
            findings += found.findings
            if found.isAnswered { answered = answered ?? base }
        }
        // What the manifest's own examples get no answer to, nothing else would.
        if let answered { findings += await tryParameters(answered) }
        return findings.toldOnce
    }

    // MARK: Ways of asking

    /// Asks with parameters that the manifest allows.
    private func tryOut(
        _ base: FragmentParameters,
        isFirst: Bool
    ) async -> (isAnswered: Bool, findings: [CheckFinding]) {
        let usual = probe(base)
        let place = self.place(of: usual)
        let first = await ask(usual)
        var findings = content(first, of: usual)
        guard case .success(let answer) = first, answer.isContent else {
            // Without a key nobody asks, and nobody may be refused.
            let isRefusable = declaration.isPersonal && usual.asker == .nobody
            return (false, isRefusable ? AskerCheck.nobody(first, at: place) : findings)
        }
        var isRepeatable = false
        let second = await ask(usual)
        if case .success(let other) = second {
            isRepeatable = answer.isSameContent(as: other)
            findings += RepetitionCheck.findings(answer, other, at: place)
        } else {
            findings += content(second, of: usual)
        }
        if let tag = answer.tag {
            let again = await ask(usual.with { $0.heldTag = tag })
            findings += RepetitionCheck.revalidation(again, of: answer, at: place)
        }
        let foreign = await ask(usual.with { $0.heldTag = Probe.foreignTag })
        findings += RepetitionCheck.foreignTag(foreign, at: place)
        guard isFirst else { return (true, findings) }
        findings += EndpointCheck.deadline(await ask(usual.with { $0.deadline = .milliseconds(1) }), at: place)
        let tolerant = await ask(usual.with { $0.sendsUnknownField = true })
        findings += EndpointCheck.unknownField(tolerant, usual: answer, at: place)
        if isRepeatable, !declaration.varies.contains(.language) {
            let other = await ask(usual.with { $0.language = Probe.languages.other })
            findings += await confirmed(AskerCheck.languages(answer, other, at: place), usual, answer)
        }
        findings += await tryAskers(usual, answer, isRepeatable: isRepeatable)
        for method in Self.methods {
            let status = await prober.status(of: usual.with { $0.method = method })
            findings += EndpointCheck.method(method, status, at: place)
        }
        return (true, findings)
    }

    /// Asks as other people.
    private func tryAskers(_ usual: Probe, _ answer: FetchResponse, isRepeatable: Bool) async -> [CheckFinding] {
        let place = self.place(of: usual)
        guard declaration.isPersonal else {
            guard signer != nil, isRepeatable else { return [] }
            let person = await ask(usual.with { $0.asker = .person })
            return await confirmed(AskerCheck.shared(nobody: answer, person: person, at: place), usual, answer)
        }
        let anonymous = usual.with { $0.asker = .nobody }
        let nobody = usual.asker == .nobody ? .success(answer) : await ask(anonymous)
        var findings = AskerCheck.nobody(nobody, at: place)
        guard usual.asker == .person else { return findings }
        var known: FetchResponse?
        if case .success(let response) = nobody {
            known = response
            if response.isContent { findings += content(nobody, of: anonymous) }
        }
        for forgery in Probe.Forgery.allCases {
            let result = await ask(usual.with { $0.asker = .forged(forgery) })
            findings += AskerCheck.forged(forgery, result, person: answer, nobody: known, at: place)
        }
        return findings
    }

    /// Asks with parameters at the limits of the manifest and beyond.
    private func tryParameters(_ base: FragmentParameters) async -> [CheckFinding] {
        var findings: [CheckFinding] = []
        for trial in ParameterTrialPlan.trials(of: declaration, base: base) {
            let probe = self.probe(trial.parameters)
            let place = self.place(of: probe)
            let result = await ask(probe)
            findings += ParameterCheck.findings(trial, result, at: place)
            guard trial.expectation != .refused, case .success(let response) = result else { continue }
            if response.isContent {
                findings += content(result, of: probe)
            } else {
                findings += ContentCheck.missing(response, declaration: declaration, at: place)
            }
        }
        return findings
    }

    // MARK: Steps

    /// The usual request: by somebody where the fragment varies by user and there is a key to say so with.
    private func probe(_ parameters: FragmentParameters) -> Probe {
        var probe = Probe(
            FragmentReference(name: name, parameters: parameters).path,
            accept: declaration.content.mediaType,
            asker: declaration.isPersonal && signer != nil ? .person : .nobody
        )
        probe.deadline = settings.timeout
        return probe
    }

    private func ask(_ probe: Probe) async -> Result<FetchResponse, FetchFailure> {
        await prober.ask(probe, signer: signer, maximumSize: settings.maximumSize)
    }

    /// What was found by comparing another answer with the usual one, unless that has changed by itself meanwhile.
    private func confirmed(
        _ findings: [CheckFinding],
        _ usual: Probe,
        _ answer: FetchResponse
    ) async -> [CheckFinding] {
        guard !findings.isEmpty, case .success(let now) = await ask(usual) else { return findings }
        return answer.isSameContent(as: now) ? findings : []
    }

    private func place(of probe: Probe) -> CheckPlace { CheckPlace(file: settings.address + probe.path) }

    private func content(_ result: Result<FetchResponse, FetchFailure>, of probe: Probe) -> [CheckFinding] {
        let circumstances = ContentCheck.Circumstances(
            declaration: declaration,
            isForPerson: probe.asker == .person,
            maximumSize: settings.maximumSize,
            deadline: probe.deadline
        )
        return ContentCheck.findings(result, circumstances, at: place(of: probe))
    }
}

extension [CheckFinding] {
    /// The findings with what is found at several places told at the first of them.
    var toldOnce: [CheckFinding] {
        var order: [Matter] = []
        var first: [Matter: CheckFinding] = [:]
        for finding in self {
            let matter = Matter(message: finding.message, section: finding.section)
            if first.updateValue(first[matter] ?? finding, forKey: matter) == nil { order.append(matter) }
        }
        return order.compactMap { first[$0] }
    }
}

/// What makes two findings one, wherever they are.
private struct Matter: Hashable {
    let message: String
    let section: ProtocolSection?
}
