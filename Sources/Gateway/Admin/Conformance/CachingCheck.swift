internal import FragmentProtocol

/// Checks what an answer says about its caching: against itself, the manifest, and what the gateway does with it.
enum CachingCheck {
    /// Checks one answer with content.
    ///
    /// - Parameters:
    ///   - response: the answer.
    ///   - declaration: the fragment in the manifest.
    ///   - isForPerson: whether the request had an identity.
    ///   - place: the address that was asked.
    /// - Returns: what is wrong.
    static func findings(
        _ response: FetchResponse,
        declaration: FragmentDeclaration,
        isForPerson: Bool,
        at place: CheckPlace
    ) -> [CheckFinding] {
        let fields = CachingFields(response.headers)
        return syntax(response, at: place)
            + lifetime(fields, declaration, at: place)
            + sharing(fields, declaration, isForPerson: isForPerson, at: place)
            + vary(fields.headers.vary, declaration, at: place)
            + tags(fields.headers, declaration, at: place)
    }

    private static func syntax(_ response: FetchResponse, at place: CheckPlace) -> [CheckFinding] {
        let value = response.values(of: HeaderName.cacheControl).joined(separator: ", ")
        var findings = CacheControlSyntax.problems(in: value).map {
            CheckFinding.warning(
                place,
                "Cache-Control \($0)",
                mend: "write directives such as: public, max-age=60, stale-while-revalidate=600",
                .lifetime
            )
        }
        for name in [HeaderName.lastModified, HeaderName.expires] {
            // `Expires: 0` is a customary way to say that an answer is stale.
            guard let date = response.firstValue(of: name), date != "0" || name == HeaderName.lastModified,
                HTTPDate.parse(date, now: .now()) == nil
            else { continue }
            findings.append(
                .warning(
                    place,
                    "\(name) is '\(date)', which is no date",
                    mend: "write it as: Sun, 06 Nov 1994 08:49:37 GMT",
                    ProtocolSection(ofField: name)
                )
            )
        }
        return findings
    }

    private static func lifetime(
        _ fields: CachingFields,
        _ declaration: FragmentDeclaration,
        at place: CheckPlace
    ) -> [CheckFinding] {
        guard fields.saysNothing, let declared = declaration.cache, !declared.isEmpty else { return [] }
        let message = "the manifest says '\(declared)', and the answer says nothing about caching"
        return [.warning(place, message, mend: "send Cache-Control with each answer: it is what counts", .lifetime)]
    }

    private static func sharing(
        _ fields: CachingFields,
        _ declaration: FragmentDeclaration,
        isForPerson: Bool,
        at place: CheckPlace
    ) -> [CheckFinding] {
        let control = fields.control
        if control.isPrivate, !declaration.isPersonal {
            let message = "the answer is private, and the manifest says nothing of 'user', so that no copy is ever kept"
            let remedy = #"declare "varies": ["user"], or say public"#
            return [.warning(place, message, mend: remedy, .sharing)]
        }
        guard declaration.isPersonal, !control.isPrivate, !control.noStore, !fields.saysNothing else { return [] }
        if isForPerson {
            let message = "the fragment varies by user, and its answer to a person does not say private or no-store"
            let remedy = "say private: a cache beside the gateway could show it to somebody else"
            return control.isPublic || control.sharedMaxAge != nil
                ? [.error(place, message + ", but public", mend: remedy, .sharing)]
                : [.warning(place, message, mend: remedy, .sharing)]
        }
        let name = HeaderName.gatewayIdentity
        guard !fields.headers.vary.contains(name.lowercased()), !fields.headers.variesOnEverything else { return [] }
        let message =
            "the fragment varies by user, and its answer to nobody is for everybody's use without Vary: \(name)"
        return [.warning(place, message, mend: "send Vary: \(name) with it, or say private", .sharing)]
    }

    private static func vary(
        _ names: [String],
        _ declaration: FragmentDeclaration,
        at place: CheckPlace
    ) -> [CheckFinding] {
        names.compactMap { name in
            switch name {
            case "*":
                let remedy = "name the fields that it depends on, or say no-store"
                return .warning(place, "Vary is *, so that no copy is ever kept", mend: remedy, .vary)
            case "gateway-identity":
                guard !declaration.isPersonal else { return nil }
                let message = "Vary names Gateway-Identity, and the manifest says nothing of 'user'"
                let remedy = #"declare "varies": ["user"], without which the service is never told who asks"#
                return .warning(place, message, mend: remedy, .vary)
            case "accept-language":
                guard !declaration.varies.contains(.language) else { return nil }
                let message = "Vary names Accept-Language, and the manifest says nothing of 'language'"
                let remedy = #"declare "varies": ["language"], or take it off: no copy is kept"#
                return .warning(place, message, mend: remedy, .vary)
            // What is in no request for a fragment, or in all of them the same, does no harm.
            case _ where FreshnessContext.constantHeaders.contains(name): return nil
            default:
                guard !declaration.varies.contains(.header(name)) else { return nil }
                let message = "Vary names '\(name)', which the gateway does not send, so that no copy is ever kept"
                return .warning(place, message, mend: "take it off", .vary)
            }
        }
    }

    private static func tags(
        _ headers: FragmentResponseHeaders,
        _ declaration: FragmentDeclaration,
        at place: CheckPlace
    ) -> [CheckFinding] {
        var findings: [CheckFinding] = []
        let missing = declaration.tags.filter { !headers.cacheTags.contains($0) }
        if !missing.isEmpty {
            let message = "Cache-Tag lacks what the manifest lists: \(missing.joined(separator: ", "))"
            let remedy = "send it with each answer: what has no such tag is not ended by a purge of it"
            findings.append(.warning(place, message, mend: remedy, .tags))
        }
        // `post:the-oven-is-lit` is about one thing of many, which no manifest could list.
        let unlisted = headers.cacheTags.filter { !$0.contains(":") && !declaration.tags.contains($0) }
        if !unlisted.isEmpty {
            let message = "Cache-Tag has what the manifest does not list: \(unlisted.joined(separator: ", "))"
            let remedy = "list it in the fragment's 'tags', or write NAME:WHAT where it is about one thing of many"
            findings.append(.warning(place, message, mend: remedy, .tags))
        }
        return findings
    }
}

extension FetchResponse {
    /// All values of a field, its name compared without case.
    func values(of name: String) -> [String] {
        headers.filter { HeaderName.isSame($0.name, name) }.map(\.value)
    }
}
