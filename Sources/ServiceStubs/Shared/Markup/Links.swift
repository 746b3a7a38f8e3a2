/// Absolute addresses of the site's pages, as a browser sees them.
///
/// A fragment is shown on the pages of any service, so that a relative link would lead to the wrong host.
struct Links: Sendable {
    /// The public address of a service, with `{service}` where its name stands: `http://{service}.localhost:8080`.
    let template: String

    /// The address of a page.
    ///
    /// - Parameters:
    ///   - service: Whose host.
    ///   - path: The path's segments, unescaped.
    ///   - query: Names and values, unescaped; an empty value is left out.
    /// - Returns: An absolute URL.
    func to(
        _ service: ServiceName,
        _ path: String...,
        query: KeyValuePairs<String, String> = [:]
    ) -> String {
        let host = template.replacing("{service}", with: service.rawValue)
        let pairs = query.filter { !$0.value.isEmpty }
            .map { Escape.urlComponent($0.key) + "=" + Escape.urlComponent($0.value) }
        return host + "/" + path.map(Escape.urlComponent).joined(separator: "/")
            + (pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&"))
    }

    /// The address of a generated picture.
    func picture(_ name: String, of service: ServiceName) -> String {
        to(service, "images", name + ".svg")
    }
}
