import FragmentProtocol

/// Says which addresses an answer to an unsafe method ends (RFC 9111, section 4.4).
enum InvalidationPolicy {
    /// The address that was asked, and those of the same origin that the answer names; none for a safe method or for an
    /// answer that is an error.
    static func addresses(
        endedBy method: RequestMethod,
        at address: AnswerAddress,
        status: Int,
        headers: [(name: String, value: String)]
    ) -> [AnswerAddress] {
        guard !method.isSafe, (200..<400).contains(status) else { return [] }
        var addresses = [address]
        for header in headers
        where HeaderName.isSame(header.name, HeaderName.location) || HeaderName.isSame(header.name, "Content-Location")
        {
            if let named = address.sameOrigin(header.value), !addresses.contains(named) { addresses.append(named) }
        }
        return addresses
    }
}
