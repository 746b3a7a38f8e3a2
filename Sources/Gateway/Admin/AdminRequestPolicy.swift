/// Who may change things over the admin address: nobody whom a web page in the operator's browser could send.
enum AdminRequestPolicy {
    /// Why a request that changes something is refused; nil when it is not.
    ///
    /// Browsers say where a request comes from (Fetch Metadata; `Origin` of RFC 6454, section 7); programs say nothing.
    /// A name that a stranger made point here shows in `Host`.
    ///
    /// - Parameters:
    ///   - origin: the field `Origin`.
    ///   - site: the field `Sec-Fetch-Site`.
    ///   - host: the field `Host`, or `:authority`.
    ///   - address: the host that the admin address is configured with.
    /// - Returns: what to tell the asker; nil when the request is to be done.
    static func refusal(origin: String?, site: String?, host: String?, address: String) -> String? {
        if origin != nil || (site ?? "none") != "none" {
            return "this address does nothing for web pages; use the command `gateway purge`, or curl"
        }
        guard let host, let name = Self.name(of: host) else { return "the request names no host" }
        let isKnown = name == address || name == "localhost" || Self.isAddress(name)
        return isKnown ? nil : "this address is not \(name); use its IP address, localhost, or the name in listen.admin"
    }

    private static func name(of host: String) -> String? {
        if host.hasPrefix("[") { return host.firstIndex(of: "]").map { String(host[...$0]) } }
        return host.split(separator: ":", maxSplits: 1).first.map(String.init)
    }

    /// Whether a host is an IP address, which no name server can make point elsewhere.
    private static func isAddress(_ name: String) -> Bool {
        name.hasPrefix("[")
            || name.utf8.allSatisfy { $0 == UInt8(ascii: ".") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
