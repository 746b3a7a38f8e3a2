/// When a person is shown an error page of the site in place of a service's bare error.
package enum ErrorPagePolicy {
    /// Whether an answer that passes through is replaced: nothing was found, or the service failed, and the body is no
    /// page.
    package static func replacesPassThrough(status: Int, headers: [(name: String, value: String)]) -> Bool {
        (status == 404 || status == 410 || status >= 500) && !Self.isHTML(headers)
    }

    /// Whether an answer to a form is replaced: any error whose body is no page.
    package static func replacesAction(status: Int, headers: [(name: String, value: String)]) -> Bool {
        status >= 400 && !Self.isHTML(headers)
    }

    /// Whether a body is said to be HTML.
    package static func isHTML(_ headers: [(name: String, value: String)]) -> Bool {
        let type = Self.mediaType(headers)
        return type == "text/html" || type == "application/xhtml+xml"
    }

    /// Whether a body is said to be JSON (RFC 8259; RFC 6839 for the suffix).
    package static func isJSON(_ headers: [(name: String, value: String)]) -> Bool {
        guard let type = Self.mediaType(headers) else { return false }
        return type == "application/json" || (type.hasPrefix("application/") && type.hasSuffix("+json"))
    }

    /// Whether an `Accept` value names `text/html` with a weight other than zero (RFC 9110, section 12.5.1).
    ///
    /// A range such as `*/*` does not count: programs send it, browsers that navigate name HTML.
    package static func acceptsHTML(_ bytes: Span<UInt8>, at accept: ByteRange) -> Bool {
        guard !accept.isEmpty else { return false }
        return bytes.string(at: accept).lowercased().split(separator: ",").contains { item in
            let parts = item.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" } }
            guard parts.first == "text/html" else { return false }
            return !parts.dropFirst().contains { part in
                part.hasPrefix("q=") && part.dropFirst(2).allSatisfy { $0 == "0" || $0 == "." }
            }
        }
    }

    /// The media type without its parameters, in small letters.
    private static func mediaType(_ headers: [(name: String, value: String)]) -> String? {
        headers.first { $0.name.lowercased() == "content-type" }.map { header in
            header.value.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }.lowercased()
        }
    }
}
