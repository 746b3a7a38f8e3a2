extension ServiceManifest {
    /// Everything that is wrong with the manifest, in its order; empty when it is valid.
    public func problems() -> [ManifestError.Problem] {
        var problems: [ManifestError.Problem] = []
        func report(_ path: String, _ message: String) {
            problems.append(ManifestError.Problem(path: path, message: message))
        }
        if protocolVersion != Self.supportedProtocol { problems.append(Self.unsupportedProtocol(protocolVersion)) }
        if !service.isLowercaseName { report("service", "\(quoted(service)) is not a name: [a-z][a-z0-9-]*") }
        if version.isEmpty { report("version", "is empty") }
        var types: Set<String> = []
        for (index, fragment) in fragments.enumerated() {
            let path = "fragments[\(index)]"
            if !types.insert(fragment.type).inserted {
                report("\(path).type", "\(quoted(fragment.type)) is declared twice")
            }
            fragment.check { report("\(path).\($0)", $1) }
            if let problem = self.problem(ofFallbackOf: fragment) { report("\(path).fallback", problem) }
        }
        return problems
    }

    /// Why a fragment cannot be shown in another's place; nil when it can, or none is named.
    ///
    /// It is fetched in advance, for nobody in particular, so it must need nothing of a request.
    private func problem(ofFallbackOf fragment: FragmentDeclaration) -> String? {
        guard let type = fragment.fallback else { return nil }
        guard let fallback = self.fragments.first(where: { $0.type == type }) else {
            return "\(quoted(type)) is none of this manifest's fragments"
        }
        if fragment.content == .json { return "only HTML can be shown in the place of something" }
        if fallback.content == .json { return "\(quoted(type)) is data, and cannot be shown" }
        if fallback.fallback != nil { return "\(quoted(type)) has a fallback itself" }
        if fallback.isPersonal { return "\(quoted(type)) varies by who asks, and is fetched for nobody" }
        if fallback.params.contains(where: \.isRequired) { return "\(quoted(type)) has required parameters" }
        return nil
    }
}

extension FragmentDeclaration {
    /// Reports everything that is wrong with the declaration: the place within it and what is wrong there.
    fileprivate func check(_ report: (_ path: String, _ message: String) -> Void) {
        if !type.isLowercaseName { report("type", "\(quoted(type)) is not a name: [a-z][a-z0-9-]*") }
        var names: Set<String> = []
        for (index, parameter) in params.enumerated() {
            if !names.insert(parameter.name).inserted {
                report("params[\(index)].name", "\(quoted(parameter.name)) is declared twice")
            }
            parameter.check { report("params[\(index)].\($0)", $1) }
        }
        for (index, dimension) in varies.enumerated() {
            if case .header(let name) = dimension, !name.isToken || name != name.lowercasedASCII {
                report("varies[\(index)]", "\(quoted(name)) is not a header's name in lower case")
            }
        }
        if let cache, cache.isPublic, isPersonal {
            report("cache", "is public, but the fragment varies by user or session")
        }
        for (index, tag) in tags.enumerated() where !CacheTag.isValid(tag) {
            report("tags[\(index)]", "\(quoted(tag)) is not a tag: visible ASCII without commas")
        }
        for (index, asset) in assets.enumerated() where !Self.isPath(asset) {
            report("assets[\(index)]", "\(quoted(asset)) is not a path of the service's host")
        }
        for (index, example) in examples.enumerated() {
            let parameters = FragmentParameters(example.map { (name: $0.key, value: $0.value.text) })
            do throws(ParameterErrors) {
                _ = try values(of: parameters)
            } catch {
                report("examples[\(index)]", error.problems.map(\.message).joined(separator: "; "))
            }
        }
    }

    /// Whether a text is an absolute path, with no way to mean another host.
    private static func isPath(_ text: String) -> Bool {
        text.hasPrefix("/") && !text.hasPrefix("//")
            && text.utf8.allSatisfy { $0.isVisible && $0 != UInt8(ascii: "\\") }
    }
}

extension ParameterDeclaration {
    /// Reports everything that is wrong with the declaration: the place within it and what is wrong there.
    fileprivate func check(_ report: (_ path: String, _ message: String) -> Void) {
        if !Self.isName(name) { report("name", "\(quoted(name)) is not a parameter's name: [A-Za-z][A-Za-z0-9_-]*") }
        var areBoundsValid = true
        for (key, bound) in [("min", min), ("max", max)] {
            guard let bound, !isBound(bound.widened(to: type)) else { continue }
            areBoundsValid = false
            report(key, "\(quoted(bound.text)) cannot bound a parameter of type \(type.rawValue)")
        }
        if areBoundsValid, let min, let max, Self.isLess(max, min) {
            report("max", "\(max.text) is less than min, \(min.text)")
        }
        if let choices {
            if choices.isEmpty { report("enum", "is empty") }
            for (index, choice) in choices.enumerated() where !isOfType(choice.widened(to: type)) {
                report("enum[\(index)]", "\(quoted(choice.text)) is not of type \(type.rawValue)")
            }
        }
        if let value = `default`?.widened(to: type) {
            if !isOfType(value) {
                report("default", "\(quoted(value.text)) is not of type \(type.rawValue)")
            } else if areBoundsValid, let failure = failure(of: value) {
                report("default", failure.message)
            }
            if required == true { report("required", "a parameter with a default is not required") }
        }
    }

    /// Whether a text is `[A-Za-z][A-Za-z0-9_-]*` and at most 64 characters long.
    private static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, first.isLetter, text.utf8.count <= 64 else { return false }
        return text.utf8.allSatisfy {
            $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
        }
    }
}
