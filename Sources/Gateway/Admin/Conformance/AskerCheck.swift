internal import FragmentProtocol

/// Checks whether a service tells people apart as its manifest says, and believes the gateway alone.
enum AskerCheck {
    /// Judges the answer of a fragment that varies by user to a request without an identity.
    static func nobody(_ result: Result<FetchResponse, FetchFailure>, at place: CheckPlace) -> [CheckFinding] {
        let remedy = "answer what everybody may see, 204, or 401: visitors without a session are asked for so"
        switch result {
        case .failure(let failure):
            return [.error(place, "without Gateway-Identity there is no answer: \(failure)", mend: remedy, .nobody)]
        case .success(let response) where response.status >= 500:
            let message = "without Gateway-Identity the service answers \(response.status)"
            return [.error(place, message, mend: remedy, .nobody)]
        case .success(let response) where !response.isContent && ![401, 403, 404].contains(response.status):
            let message = "without Gateway-Identity the service answers \(response.status)"
            return [.warning(place, message, mend: remedy, .nobody)]
        case .success: return []
        }
    }

    /// Judges the answer to a request whose assertion is forged.
    ///
    /// - Parameters:
    ///   - forgery: what is wrong with the assertion.
    ///   - result: the answer.
    ///   - person: the answer to a good assertion of the same person.
    ///   - nobody: the answer without an assertion.
    ///   - place: the address that was asked.
    /// - Returns: what is wrong; nothing where the person sees what everybody sees, which tells nothing.
    static func forged(
        _ forgery: Probe.Forgery,
        _ result: Result<FetchResponse, FetchFailure>,
        person: FetchResponse,
        nobody: FetchResponse?,
        at place: CheckPlace
    ) -> [CheckFinding] {
        switch result {
        case .failure(let failure):
            let message = "with an assertion \(forgery.description) there is no answer: \(failure)"
            return [.error(place, message, mend: "answer as if nobody asked, or 401", .verifying)]
        case .success(let response) where response.status >= 500:
            let message = "with an assertion \(forgery.description) the service answers \(response.status)"
            return [.error(place, message, mend: "answer as if nobody asked, or 401", .verifying)]
        case .success(let response):
            guard person.isSameContent(as: response), nobody.map({ !person.isSameContent(as: $0) }) ?? false else {
                return []
            }
            let message = "the service believes an assertion \(forgery.description)"
            let remedy = "check the signature with the gateway's key, and that aud, iss and exp are as they must be"
            return [.error(place, message, mend: remedy, .verifying)]
        }
    }

    /// Judges a fragment that does not vary by user by its answers without and with an identity.
    static func shared(
        nobody: FetchResponse,
        person result: Result<FetchResponse, FetchFailure>,
        at place: CheckPlace
    ) -> [CheckFinding] {
        guard let difference = difference(nobody, result) else { return [] }
        let message = "with Gateway-Identity \(difference), though the manifest says nothing of 'user'"
        return [.error(place, message, mend: #"declare "varies": ["user"], or ignore the field"#, .varies)]
    }

    /// Judges a fragment that does not vary by language by its answers in two languages.
    static func languages(
        _ first: FetchResponse,
        _ result: Result<FetchResponse, FetchFailure>,
        at place: CheckPlace
    ) -> [CheckFinding] {
        guard let difference = difference(first, result) else { return [] }
        let message = "with another Accept-Language \(difference), though the manifest says nothing of 'language'"
        return [.error(place, message, mend: #"declare "varies": ["language"], or ignore the field"#, .varies)]
    }

    /// How another answer differs from one; nil when it is the same content.
    private static func difference(
        _ first: FetchResponse,
        _ result: Result<FetchResponse, FetchFailure>
    ) -> String? {
        switch result {
        case .failure(let failure): return "there is no answer (\(failure))"
        case .success(let other):
            if first.isSameContent(as: other) { return nil }
            return first.status == other.status
                ? "the answer is another one" : "the answer is another one, with status \(other.status)"
        }
    }
}
