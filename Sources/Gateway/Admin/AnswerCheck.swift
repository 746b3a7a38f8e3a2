internal import FragmentProtocol
internal import LibXML2
internal import NIOCore

/// Checks whether a service's answer is what its manifest declares.
enum AnswerCheck {
    /// Checks the answer to one of a fragment's examples.
    ///
    /// - Parameters:
    ///   - response: the answer.
    ///   - declaration: the fragment in the manifest.
    ///   - place: the address that was asked.
    /// - Returns: what is wrong.
    static func findings(
        _ response: FetchResponse,
        declaration: FragmentDeclaration,
        at place: CheckPlace
    ) -> [CheckFinding] {
        switch response.status {
        case 200..<300: break
        case 300..<400:
            return [.warning(place, "the example is answered with a redirect, status \(response.status)", .status)]
        default:
            return [.error(place, "the example is answered with status \(response.status)", .status)]
        }
        let headers = FragmentResponseHeaders(decoding: response.headers)
        var findings = headers.problems.map { problem in
            CheckFinding.warning(
                place,
                "the header \(problem)",
                mend: "mend it, or take it off: what is malformed is left out",
                ProtocolSection(ofField: problem.field)
            )
        }
        // An empty fragment has no type.
        if response.status == 204 { return findings }
        let type = headers.contentType ?? ""
        let media = type.prefix { $0 != ";" }.lowercased().filter { $0 != " " && $0 != "\t" }
        guard media == declaration.content.mediaType else {
            let stated = type.isEmpty ? "missing" : "'\(type)'"
            let message = "the content type is \(stated); the manifest declares \(declaration.content.mediaType)"
            let remedy = "send Content-Type: \(declaration.content.mediaType), or mend 'content' in the manifest"
            return findings + [.error(place, message, mend: remedy, .contentType)]
        }
        switch declaration.content {
        case .html:
            findings += FragmentMarkup.findings(in: response.body.readableBytesUInt8Span).map { finding in
                let place = CheckPlace(file: place.file, line: finding.line, column: finding.column)
                return .error(place, finding.message, mend: "mend it: what is open here goes on in the page", .html)
            }
        case .json:
            do {
                _ = try Value(json: response.body)
            } catch {
                let message = "the body is not JSON that can be read: \(error)"
                findings.append(.error(place, message, mend: "send one JSON value in UTF-8", .json))
            }
        }
        return findings
    }
}
