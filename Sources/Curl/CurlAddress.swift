import CCurl

/// Where libcurl would connect for an address, by its own reading of it.
package struct CurlAddress: Sendable, Equatable {
    /// In small letters.
    package let scheme: String
    /// A name or an address; one of IPv6 in brackets.
    package let host: String
    /// The scheme's own where the address has none.
    package let port: Int

    /// Reads an address, perhaps one that counts from another; nil when libcurl takes it for none, or when it is not one of http.
    package init?(_ text: String, from base: String? = nil) {
        guard let handle = curl_url() else { return nil }
        defer { curl_url_cleanup(handle) }
        if let base, curl_url_set(handle, CURLUPART_URL, base, 0) != CURLUE_OK { return nil }
        guard curl_url_set(handle, CURLUPART_URL, text, 0) == CURLUE_OK,
            let scheme = Self.part(CURLUPART_SCHEME, of: handle), ["http", "https"].contains(scheme),
            let host = Self.part(CURLUPART_HOST, of: handle),
            let port = Self.part(CURLUPART_PORT, of: handle).flatMap({ Int($0) })
        else { return nil }
        self.scheme = scheme
        self.host = host.lowercased()
        self.port = port
    }

    private static func part(_ part: CURLUPart, of handle: OpaquePointer) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard curl_url_get(handle, part, &text, UInt32(CURLU_DEFAULT_PORT)) == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }
}
