/// What a head says beside what every request is looked at for.
struct SignOnFields: Equatable {
    var mode = ""
    var destination = ""
    var purpose = ""
    var userAgent = ""
    var referrer = ""

    init(_ head: RequestHead, in bytes: Span<UInt8>) {
        var fields = HeaderFields(of: head)
        while let (name, value) = fields.next(in: bytes) {
            if bytes.matchesIgnoringCase("sec-fetch-mode", at: name) {
                self.mode = bytes.string(at: value)
            } else if bytes.matchesIgnoringCase("sec-fetch-dest", at: name) {
                self.destination = bytes.string(at: value)
            } else if bytes.matchesIgnoringCase("sec-purpose", at: name) {
                self.purpose = bytes.string(at: value)
            } else if bytes.matchesIgnoringCase("user-agent", at: name) {
                self.userAgent = bytes.string(at: value)
            } else if bytes.matchesIgnoringCase("referer", at: name) {
                self.referrer = bytes.string(at: value)
            }
        }
    }

    /// The path and query of the page of an origin that the request comes from; nil when it comes from elsewhere.
    func page(of origin: String) -> String? {
        self.referrer.hasPrefix(origin + "/") ? String(self.referrer.dropFirst(origin.count)) : nil
    }

    /// Whether the request comes from a page of one of some origins.
    func comes(fromAnyOf origins: [String]) -> Bool { origins.contains { self.page(of: $0) != nil } }

    /// Whether a person goes to an address, as far as the browser says; what a page loads by itself begins no login.
    var isNavigation: Bool {
        self.purpose.isEmpty && (self.mode.isEmpty || self.mode == "navigate")
            && (self.destination.isEmpty || self.destination == "document")
    }
}
