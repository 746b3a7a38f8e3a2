internal import FragmentProtocol
internal import NIOCore

/// Checks what a service answers at its addresses other than with fragments.
enum EndpointCheck {
    /// Reads the manifest that a service answers.
    ///
    /// - Parameters:
    ///   - response: the answer to `GET /internal/fragments`.
    ///   - place: the address that was asked.
    /// - Returns: the manifest, where it is valid, and what is wrong.
    static func manifest(_ response: FetchResponse, at place: CheckPlace) -> (ServiceManifest?, [CheckFinding]) {
        guard response.status == 200 else {
            let message = "the manifest is answered with status \(response.status)"
            let remedy = "answer 200 and the manifest as JSON"
            return (nil, [.error(place, message, mend: remedy, .manifest)])
        }
        var findings: [CheckFinding] = []
        let type = response.firstValue(of: HeaderName.contentType) ?? ""
        let media = type.prefix { $0 != ";" && $0 != " " }.lowercased()
        if media != FragmentContent.json.mediaType {
            let stated = type.isEmpty ? "missing" : "'\(type)'"
            let message = "the content type of the manifest is \(stated)"
            findings.append(.warning(place, message, mend: "say application/json", .manifest))
        }
        do throws(ManifestError) {
            return (try ServiceManifest.decode(from: response.body.readableBytesView), findings)
        } catch {
            findings += error.problems.map { problem in
                let isParameter = problem.path.contains(".params[") || problem.path.contains(".examples[")
                return .error(
                    place,
                    "the manifest is not valid: \(problem)",
                    mend: "mend it there; nothing else can be tried before",
                    isParameter ? .parameters : .manifest
                )
            }
            return (nil, findings)
        }
    }

    /// Judges the answer to `GET /internal/health`.
    static func health(_ result: Result<FetchResponse, FetchFailure>, at place: CheckPlace) -> [CheckFinding] {
        let remedy = "answer 200 while the service can answer, and 503 while it cannot"
        switch result {
        case .success(let response) where response.status == 200: return []
        case .success(let response):
            return [.error(place, "health is answered with status \(response.status)", mend: remedy, .health)]
        case .failure(let failure):
            return [.error(place, "health is not answered: \(failure)", mend: remedy, .health)]
        }
    }

    /// Judges the answer to a fragment of a type that the manifest does not have.
    static func unknownType(_ result: Result<FetchResponse, FetchFailure>, at place: CheckPlace) -> [CheckFinding] {
        let remedy = "answer 404 to what the manifest does not list"
        switch result {
        case .success(let response) where response.status == 404: return []
        case .success(let response):
            let message = "a fragment that does not exist is answered with status \(response.status)"
            return [.error(place, message, mend: remedy, .fragments)]
        case .failure(let failure):
            let message = "a fragment that does not exist is not answered: \(failure)"
            return [.error(place, message, mend: remedy, .fragments)]
        }
    }

    /// Judges the status that another method than `GET` gets at a fragment.
    static func method(
        _ method: String,
        _ result: Result<Int, FetchFailure>,
        at place: CheckPlace
    ) -> [CheckFinding] {
        let remedy = "answer 405 to all methods but GET and HEAD: a fragment is only ever read"
        switch result {
        case .success(200..<400):
            return [.error(place, "\(method) is answered as if it were GET", mend: remedy, .methods)]
        case .success(500), .success(502...599):
            return [.warning(place, "\(method) is answered as if the service had failed", mend: remedy, .methods)]
        case .success: return []
        case .failure(let failure):
            return [.warning(place, "\(method) is not answered: \(failure)", mend: remedy, .methods)]
        }
    }

    /// Judges the answer to one of a fragment's assets.
    static func asset(
        _ result: Result<FetchResponse, FetchFailure>,
        of type: String,
        at place: CheckPlace
    ) -> [CheckFinding] {
        let remedy = "answer it on the service's host, or take it out of the manifest"
        switch result {
        case .success(let response) where response.isContent: return []
        case .success(let response):
            let message = "the asset of '\(type)' is answered with status \(response.status)"
            return [.error(place, message, mend: remedy, .examples)]
        case .failure(let failure):
            return [.error(place, "the asset of '\(type)' is not answered: \(failure)", mend: remedy, .examples)]
        }
    }

    /// Judges the answer to a request with a field that the protocol does not know.
    static func unknownField(
        _ result: Result<FetchResponse, FetchFailure>,
        usual: FetchResponse,
        at place: CheckPlace
    ) -> [CheckFinding] {
        if case .success(let response) = result, response.status == usual.status { return [] }
        let message =
            "a request with a field that the service cannot know (\(Probe.unknownField)) is answered otherwise"
        let remedy = "ignore fields that you do not know: later gateways may send more"
        return [.error(place, message, mend: remedy, .requestFields)]
    }

    /// Judges the answer to a request that leaves one millisecond.
    static func deadline(_ result: Result<FetchResponse, FetchFailure>, at place: CheckPlace) -> [CheckFinding] {
        let remedy = "answer as usual, or 503 or 504 at once: a deadline is no mistake of the request's"
        switch result {
        case .success(let response) where response.isContent || [503, 504].contains(response.status): return []
        case .success(let response):
            let message = "asked with Fragment-Deadline: 1, the service answers \(response.status)"
            return [.error(place, message, mend: remedy, .deadline)]
        case .failure(let failure):
            let message = "asked with Fragment-Deadline: 1, the service does not answer: \(failure)"
            return [.error(place, message, mend: remedy, .deadline)]
        }
    }
}
