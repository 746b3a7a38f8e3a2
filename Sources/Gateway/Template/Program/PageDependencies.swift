/// What a page reads of a request, worked out from its template; its cache key and `Vary` follow from it.
package struct PageDependencies: Hashable, Sendable {
    /// Reads `user`.
    package var user = false
    /// Reads `request.lang`.
    package var language = false
    /// Parameters of the query that are read by name, sorted.
    package var queryNames: [String] = []
    /// Reads the query as a whole, so that every parameter counts.
    package var wholeQuery = false
    /// Route captures that are read by name, sorted.
    package var pathNames: [String] = []
    /// Reads `session.csrf`, or holds `{% csrf %}`.
    package var session = false
    /// Reads `session.devices`, which the page waits for.
    package var devices = false
    /// Reads `flash`, which few visits of a page have.
    package var flash = false
    /// Reads what depends on cookies: `user`, `session`, `form` or `errors`.
    package var cookies = false
    /// Reads `now`.
    package var now = false
    /// Members of `request` that are read, sorted, `lang` among them.
    ///
    /// All of them when it is read as a whole.
    package var request: [String] = []
    /// Reads `csp.nonce`.
    package var csp = false
    /// Reads `page`, so that its head waits for the primary fragment.
    package var page = false
    /// Reads `form` or `errors`.
    package var form = false
}
