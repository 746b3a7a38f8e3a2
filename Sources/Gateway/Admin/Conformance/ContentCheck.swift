internal import FragmentProtocol
internal import LibXML2
internal import NIOCore

/// Checks a whole answer to a request that the manifest allows: status, fields, body, and what it says about caching.
enum ContentCheck {
    /// How an answer was asked for.
    struct Circumstances: Sendable {
        let declaration: FragmentDeclaration
        /// Whether the request had an identity.
        var isForPerson = false
        /// Most bytes of a body.
        var maximumSize = FragmentSettings().maximumSize
        /// How long the request said is left.
        var deadline = FragmentSettings().timeout
    }

    /// Checks one answer.
    static func findings(
        _ result: Result<FetchResponse, FetchFailure>,
        _ circumstances: Circumstances,
        at place: CheckPlace
    ) -> [CheckFinding] {
        switch result {
        case .failure(let failure): return [self.failure(failure, circumstances, at: place)]
        case .success(let response):
            var findings = status(response, at: place) + fields(response, at: place)
            if response.isContent {
                findings += AnswerCheck.findings(response, declaration: circumstances.declaration, at: place)
                findings += CachingCheck.findings(
                    response,
                    declaration: circumstances.declaration,
                    isForPerson: circumstances.isForPerson,
                    at: place
                )
            }
            if response.elapsed > circumstances.deadline {
                let limit = TimeText(duration: circumstances.deadline)
                let message = "the answer took \(response.elapsed.milliseconds) ms; the gateway waits for \(limit)"
                let remedy = "be quicker, or have the operator raise the fragment's 'timeout' in gateway.yaml"
                findings.append(.warning(place, message, mend: remedy, .deadline))
            }
            return findings
        }
    }

    /// Checks the body of an answer that there is no such thing, which is a page's content when the fragment is its primary one.
    static func missing(
        _ response: FetchResponse,
        declaration: FragmentDeclaration,
        at place: CheckPlace
    ) -> [CheckFinding] {
        guard response.status == 404 || response.status == 410, declaration.content == .html,
            response.body.readableBytes > 0
        else { return [] }
        let remedy = "answer a piece of HTML that says what is missing, or no body: it becomes the page's content"
        let type = response.firstValue(of: HeaderName.contentType) ?? "missing"
        guard type.lowercased().hasPrefix(FragmentContent.html.mediaType) else {
            let message = "the body of status \(response.status) has the content type '\(type)'"
            return [.warning(place, message, mend: remedy, .status)]
        }
        return FragmentMarkup.findings(in: response.body.readableBytesUInt8Span).prefix(1).map { finding in
            let message = "the body of status \(response.status) is no fragment: \(finding.message)"
            return .warning(
                CheckPlace(file: place.file, line: finding.line, column: finding.column),
                message,
                mend: remedy,
                .status
            )
        }
    }

    private static func failure(
        _ failure: FetchFailure,
        _ circumstances: Circumstances,
        at place: CheckPlace
    ) -> CheckFinding {
        switch failure.code {
        case .tooLarge:
            let limit = ByteSize(bytes: circumstances.maximumSize)
            let remedy = "answer less, such as one page of a list, or have the operator raise the fragment's 'max-size'"
            return .error(place, "the body is over \(limit), which is a failure", mend: remedy, .size)
        case .timeout:
            let remedy = "answer within Fragment-Deadline, with 503 if need be"
            return .error(place, "there is no whole answer: \(failure.message)", mend: remedy, .deadline)
        default:
            let remedy = "answer whole HTTP/1.1 or HTTP/2, with the length or the chunks that it says"
            return .error(place, "there is no whole answer: \(failure)", mend: remedy, .status)
        }
    }

    private static func status(_ response: FetchResponse, at place: CheckPlace) -> [CheckFinding] {
        switch response.status {
        case 206:
            let message = "the answer is a part (206), which nobody asked for"
            return [.error(place, message, mend: "answer 200 with the whole body", .status)]
        case 200..<300: return []
        case 304:
            let message = "the answer is 304, though the request holds no copy"
            return [.error(place, message, mend: "answer 304 only to a request with If-None-Match", .validators)]
        case 300..<400:
            let hasTarget = !(response.firstValue(of: HeaderName.location) ?? "").isEmpty
            let message = "the answer is a redirect, status \(response.status)"
            let remedy =
                "answer the fragment itself; a redirect is for a page's primary fragment, and a failure elsewhere"
            return hasTarget
                ? [.warning(place, message, mend: remedy, .status)]
                : [.error(place, message + " without Location", mend: remedy, .status)]
        default:
            let message = "what the manifest allows is answered with status \(response.status)"
            let remedy = "answer it with 2xx, or mend the example in the manifest"
            return [.error(place, message, mend: remedy, .status)]
        }
    }

    /// Fields that have no place in any answer for a fragment.
    private static func fields(_ response: FetchResponse, at place: CheckPlace) -> [CheckFinding] {
        var findings: [CheckFinding] = []
        if let cookie = response.firstValue(of: HeaderName.setCookie) {
            let name = cookie.prefix { $0 != "=" && $0 != ";" }
            let message =
                "the answer sets the cookie '\(name)', which the gateway drops; it keeps no shared copy of such an answer"
            let remedy = "take Set-Cookie off: browsers belong to the gateway, and who asks is in Gateway-Identity"
            findings.append(.error(place, message, mend: remedy, .cookies))
        }
        if let coding = response.firstValue(of: "Content-Encoding"), coding.lowercased() != "identity" {
            let message = "the body has the content encoding '\(coding)', which the gateway does not ask for"
            let remedy = "send it as it is where no Accept-Encoding is sent; the gateway compresses whole pages"
            findings.append(.error(place, message, mend: remedy, .contentType))
        }
        let type = response.firstValue(of: HeaderName.contentType) ?? ""
        if let charset = charset(of: type), charset != "utf-8", charset != "us-ascii" {
            let message = "the body is in the character set '\(charset)'"
            findings.append(.error(place, message, mend: "write UTF-8, as all pages are", .contentType))
        }
        return findings
    }

    /// The character set that a content type states, in lower case.
    private static func charset(of type: String) -> String? {
        for parameter in type.lowercased().split(separator: ";").dropFirst() {
            let pair = parameter.split(separator: "=", maxSplits: 1).map { part in
                String(part.filter { $0 != " " && $0 != "\t" && $0 != "\"" })
            }
            if pair.count == 2, pair[0] == "charset" { return pair[1] }
        }
        return nil
    }
}
