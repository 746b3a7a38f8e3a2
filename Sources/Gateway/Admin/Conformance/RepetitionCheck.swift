internal import FragmentProtocol

/// Checks whether equal requests have equal answers, and whether a validator tells when they do.
enum RepetitionCheck {
    /// Compares the answers to two equal requests.
    ///
    /// - Parameters:
    ///   - first: the answer to the first one.
    ///   - second: the answer to the second one.
    ///   - place: the address that was asked.
    /// - Returns: what is wrong.
    static func findings(_ first: FetchResponse, _ second: FetchResponse, at place: CheckPlace) -> [CheckFinding] {
        guard first.body != second.body, let tag = first.strongTag, tag == second.strongTag else { return [] }
        let message = "two answers have the ETag \(tag) and different bodies"
        let remedy = "make the tag of the bytes, or take out of the body what changes by itself"
        return [.error(place, message, mend: remedy, .validators)]
    }

    /// Judges the answer to a request that holds the copy of another answer.
    ///
    /// - Parameters:
    ///   - result: the answer to the request with `If-None-Match`.
    ///   - first: the answer whose tag was sent.
    ///   - place: the address that was asked.
    /// - Returns: what is wrong.
    static func revalidation(
        _ result: Result<FetchResponse, FetchFailure>,
        of first: FetchResponse,
        at place: CheckPlace
    ) -> [CheckFinding] {
        guard let sent = first.tag else { return [] }
        let asked = "asked with If-None-Match: \(sent), the service"
        let remedy = "answer 304 without a body while the copy is the same, and 200 with the new one otherwise"
        switch result {
        case .failure(let failure):
            return [.error(place, "\(asked) gives no answer: \(failure)", mend: remedy, .validators)]
        case .success(let response):
            switch response.status {
            case 304:
                guard let tag = response.tag else { return [] }
                if tag.matches(sent) { return [] }
                let message = "\(asked) answers 304 with another ETag, \(tag)"
                return [.error(place, message, mend: "a 304 is about the copy that was named", .validators)]
            case 200..<300:
                guard let tag = response.strongTag, tag == first.strongTag else { return [] }
                let message = "\(asked) answers \(response.status) and sends the same copy again"
                return [.warning(place, message, mend: remedy, .validators)]
            default:
                let message = "\(asked) answers \(response.status)"
                return [.error(place, message, mend: remedy, .validators)]
            }
        }
    }

    /// Judges the answer to a request that holds a copy that the service never gave.
    static func foreignTag(_ result: Result<FetchResponse, FetchFailure>, at place: CheckPlace) -> [CheckFinding] {
        guard case .success(let response) = result, response.status == 304 else { return [] }
        let message = "asked with If-None-Match of a copy that the service never gave, it answers 304"
        let remedy = "compare the tags: pages would show the old copy for ever"
        return [.error(place, message, mend: remedy, .validators)]
    }
}

extension FetchResponse {
    /// The entity tag, where there is a well-formed one.
    var tag: EntityTag? { FragmentResponseHeaders(decoding: headers).etag }

    /// The entity tag, where it stands for the same bytes.
    var strongTag: EntityTag? { tag.flatMap { $0.isWeak ? nil : $0 } }

    /// Whether it is content, and the same as another's.
    func isSameContent(as other: FetchResponse) -> Bool {
        isContent && status == other.status && body == other.body
    }

    /// Whether it is content.
    var isContent: Bool { (200..<300).contains(status) && status != 206 }
}
