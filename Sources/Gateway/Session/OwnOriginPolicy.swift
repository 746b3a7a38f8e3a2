/// Tells whether a request comes from a page of its own host, by what the browser itself says of it.
///
/// Hosts of one domain are the same site to a browser, so `SameSite` protects none of them from another; the origin does.
package enum OwnOriginPolicy {
    /// `Sec-Fetch-Site` of a request (Fetch Metadata, section 2.3).
    package enum FetchSite: Sendable, CaseIterable {
        case absent
        case sameOrigin
        case sameSite
        case crossSite
        /// A person asked by themselves: the address line, a bookmark.
        case none
        /// A value that no browser is known to send.
        case unknown
    }

    /// `Origin` of a request (RFC 6454, section 7), as against the host's own.
    package enum Origin: Sendable, CaseIterable {
        case absent
        case own
        /// Another one, several, or `null`.
        case foreign
    }

    /// What the two headers say together.
    package enum Verdict: Sendable, Equatable {
        /// The request comes from a page of this host.
        case proven
        /// Neither header is there: no browser of today sent it.
        case unsaid
        /// A browser sent it, and not for a page of this host.
        case refused(CSRFRefusal)
    }

    /// Decides from what the headers hold.
    package static func verdict(_ site: FetchSite, _ origin: Origin) -> Verdict {
        switch (site, origin) {
        case (.sameSite, _), (.crossSite, _), (.unknown, _): .refused(.foreignSite)
        case (_, .foreign): .refused(.foreignOrigin)
        case (.sameOrigin, _), (_, .own): .proven
        case (.none, .absent): .refused(.noProof)
        case (.absent, .absent): .unsaid
        }
    }

    /// Decides for a request.
    ///
    /// - Parameters:
    ///   - head: the request, as places in the bytes.
    ///   - bytes: the bytes that it was received as.
    ///   - ownOrigin: scheme, host and, where it is not the scheme's own, port: `http://cart.localhost:8080`.
    /// - Returns: what the headers prove.
    package static func verdict(of head: RequestHead, in bytes: Span<UInt8>, ownOrigin: String) -> Verdict {
        self.verdict(
            self.fetchSite(head.fetchSite, in: bytes),
            self.origin(head.origin, in: bytes, ownOrigin: ownOrigin)
        )
    }

    static func fetchSite(_ value: ByteRange, in bytes: Span<UInt8>) -> FetchSite {
        if Self.isAbsent(value) { return .absent }
        if bytes.matches("same-origin", at: value) { return .sameOrigin }
        if bytes.matches("same-site", at: value) { return .sameSite }
        if bytes.matches("cross-site", at: value) { return .crossSite }
        return bytes.matches("none", at: value) ? .none : .unknown
    }

    static func origin(_ value: ByteRange, in bytes: Span<UInt8>, ownOrigin: String) -> Origin {
        if Self.isAbsent(value) { return .absent }
        var position = value.range.lowerBound
        guard ownOrigin.utf8.count == Int(value.length) else { return .foreign }
        for byte in ownOrigin.utf8 {
            guard bytes[position] == byte else { return .foreign }
            position += 1
        }
        return .own
    }

    /// Whether the header is not there; one that is there with an empty value lies behind the request line.
    private static func isAbsent(_ value: ByteRange) -> Bool { value == .none }
}
