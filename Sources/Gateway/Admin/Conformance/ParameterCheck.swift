internal import FragmentProtocol
internal import NIOCore

/// Checks whether a service takes the parameters that its manifest allows, and refuses all others.
enum ParameterCheck {
    /// Checks the answer to one trial.
    ///
    /// - Parameters:
    ///   - trial: what was asked.
    ///   - result: the answer.
    ///   - place: the address that was asked.
    /// - Returns: what is wrong.
    static func findings(
        _ trial: ParameterTrial,
        _ result: Result<FetchResponse, FetchFailure>,
        at place: CheckPlace
    ) -> [CheckFinding] {
        let response: FetchResponse
        switch result {
        case .success(let success): response = success
        case .failure(let failure):
            let message = "there is no answer with \(trial.what): \(failure)"
            return [.error(place, message, mend: "answer 400 to what cannot be answered", .query)]
        }
        var findings: [CheckFinding] = []
        switch (response.status, trial.expectation) {
        case (500..., _):
            findings.append(
                .error(
                    place,
                    "\(trial.what) is answered with status \(response.status), as if the service had failed",
                    mend: "answer 400 to what the manifest does not allow, and 404 where there is no such thing",
                    .query
                )
            )
        case (400..<500, .allowed) where response.status != 404 && response.status != 410:
            findings.append(
                .error(
                    place,
                    "\(trial.what) is refused with status \(response.status), though the manifest allows it",
                    mend: "answer it (404 where there is no such thing), or narrow the parameter in the manifest",
                    .parameters
                )
            )
        case (300..<400, _):
            findings.append(
                .warning(
                    place,
                    "\(trial.what) is answered with a redirect, status \(response.status)",
                    mend: "answer 2xx, 400 or 404; only a page's primary fragment can redirect",
                    .status
                )
            )
        case (..<300, .refused):
            findings.append(
                .warning(
                    place,
                    "\(trial.what) is answered with status \(response.status), as if it were in order",
                    mend: "answer 400: a mistake in a template is then seen, and fills no cache with the same copy",
                    .query
                )
            )
        default: break
        }
        if holdsElement(response) {
            findings.append(
                .error(
                    place,
                    "the value of \(trial.what) stands in the body as markup, so that a link can put scripts into a page",
                    mend: "escape < > & \" and ' in everything that is printed",
                    .html
                )
            )
        }
        return findings
    }

    /// Whether the body of an answer in HTML holds the trial's element.
    private static func holdsElement(_ response: FetchResponse) -> Bool {
        let type = response.firstValue(of: HeaderName.contentType) ?? ""
        guard type.lowercased().hasPrefix(FragmentContent.html.mediaType) else { return false }
        return String(decoding: response.body.readableBytesView, as: UTF8.self).contains(ParameterTrialPlan.element)
    }
}
