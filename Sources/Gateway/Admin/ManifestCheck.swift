internal import FragmentProtocol

/// Compares what templates and rules say of fragments with what services declare.
enum ManifestCheck {
    /// Compares all of them.
    ///
    /// - Parameters:
    ///   - configuration: the rules.
    ///   - programs: the pages.
    ///   - manifests: by service, one for each of its upstreams that answered; services without one are left out.
    /// - Returns: what does not fit, some of it several times.
    static func findings(
        configuration: GatewayConfiguration,
        programs: [PageProgram],
        manifests: [String: [ServiceManifest]]
    ) -> [CheckFinding] {
        var findings: [CheckFinding] = []
        for program in programs {
            let arguments = program.argumentNames
            for use in program.uses {
                let place = CheckPlace(use.position, folder: configuration.templates)
                for manifest in manifests[use.name.service] ?? [] {
                    findings += check(use, arguments: arguments[use.index], against: manifest, at: place)
                    findings += checkRule(for: use.name, manifest, configuration)
                }
            }
        }
        for rule in configuration.fragments {
            guard case .exactly(let name) = rule.pattern, let all = manifests[name.service], let first = all.first,
                all.allSatisfy({ $0.fragment(name.type) == nil })
            else { continue }
            findings.append(
                .warning(CheckPlace(rule.position, in: configuration.file), unknown(name, in: first))
            )
        }
        return findings
    }

    private static func check(
        _ use: FragmentUse,
        arguments: [String]?,
        against manifest: ServiceManifest,
        at place: CheckPlace
    ) -> [CheckFinding] {
        guard let declaration = manifest.fragment(use.name.type) else {
            return [.error(place, unknown(use.name, in: manifest))]
        }
        var findings: [CheckFinding] = []
        switch (use.kind, declaration.content) {
        case (.fragment, .json):
            let remedy = "bind it with {% data … = \"\(use.name)\" %}"
            findings.append(.error(place, "\(use.name) is JSON, which cannot be inserted; \(remedy)"))
        case (.data, .html):
            findings.append(.error(place, "\(use.name) is HTML; insert it with {% fragment \"\(use.name)\" %}"))
        case (.fragment, .html), (.data, .json):
            break
        }
        let names = use.constantParameters.map { $0.pairs.map(\.name) } ?? arguments ?? []
        let known = declaration.params.map(\.name)
        for name in names where !known.contains(name) {
            let advice =
                NearestName.suggestion(for: name, among: known)
                ?? (known.isEmpty ? "it takes none" : "it takes \(known.joined(separator: ", "))")
            findings.append(.error(place, "\(use.name) has no parameter '\(name)'; \(advice)"))
        }
        for parameter in declaration.params where parameter.isRequired && !names.contains(parameter.name) {
            findings.append(.error(place, "\(use.name) needs the parameter '\(parameter.name)'"))
        }
        if let parameters = use.constantParameters {
            do throws(ParameterErrors) {
                _ = try declaration.values(of: parameters)
            } catch {
                // Those of names are told above, where the place of the use is at hand.
                findings += error.problems
                    .filter { $0.code != .unknown && $0.code != .missing }
                    .map { .error(place, "\(use.name): \($0.message)") }
            }
        }
        return findings
    }

    /// Whether the rule of a fragment that is used lets the service know what it varies by.
    private static func checkRule(
        for name: FragmentName,
        _ manifest: ServiceManifest,
        _ configuration: GatewayConfiguration
    ) -> [CheckFinding] {
        guard let declaration = manifest.fragment(name.type) else { return [] }
        let rule = configuration.fragments.first { $0.pattern.matches(name) }
        let vary = configuration.settings(for: name).vary
        let position = rule?.position ?? configuration.service(named: name.service)?.position
        let place = CheckPlace(position, in: configuration.file)
        let subject = rule.map { "the rule '\($0.pattern)' lacks" } ?? "it has no rule with"
        var findings: [CheckFinding] = []
        if declaration.isPersonal, !vary.contains(.user) {
            let message = "\(name) varies by user, but \(subject) 'vary: [user]': its service is never told who asks"
            findings.append(.error(place, message))
        }
        if declaration.varies.contains(.language), !vary.contains(.language), configuration.site.languages.count > 1 {
            let message = "\(name) varies by language, but \(subject) 'vary: [language]': languages share its copies"
            findings.append(.warning(place, message))
        }
        return findings
    }

    private static func unknown(_ name: FragmentName, in manifest: ServiceManifest) -> String {
        let types = manifest.fragments.map(\.type)
        let advice =
            NearestName.suggestion(for: name.type, among: types)
            ?? (types.isEmpty ? "it has none" : "it has \(types.joined(separator: ", "))")
        return "the service '\(name.service)' has no fragment '\(name.type)'; \(advice)"
    }
}

extension PageProgram {
    /// The names of the arguments of uses that depend on the request, by the use's index.
    fileprivate var argumentNames: [Int: [String]] {
        var names: [Int: [String]] = [:]
        for instruction in instructions {
            switch instruction {
            case .fragment(let use, let list, _), .data(let use, let list, _):
                guard list != Instruction.constantArguments else { continue }
                names[Int(use)] = argumentLists[Int(list)].arguments.map(\.name)
            default:
                continue
            }
        }
        return names
    }
}
