/// Reads what a request for a login asks for.
enum LoginQueryPolicy {
    /// Where the login ends; nil when it is asked for with another provider (OpenID Connect Core 1.0, section 4).
    ///
    /// Nothing else is taken from the address: neither scopes nor another client.
    ///
    /// - Parameters:
    ///   - query: the query of the request.
    ///   - issuer: the provider's issuer identifier.
    ///   - page: the page of this host that the request comes from, where a login ends that says nothing else.
    /// - Returns: the place.
    static func returnTo(_ query: [UInt8], issuer: String, page: String? = nil) -> ReturnTo? {
        let form: FormBody
        do throws(FormBodyError) {
            form = try FormBody(parsing: query.span, limits: FormBody.Limits(bytes: 8192, fields: 64))
        } catch {
            return .home
        }
        if let asked = form.first(named: "iss"), asked != issuer { return nil }
        let values = form.values(named: "return_to")
        if values.isEmpty, let page { return ReturnTo(page) }
        return values.count == 1 ? ReturnTo(values[0]) : .home
    }
}
