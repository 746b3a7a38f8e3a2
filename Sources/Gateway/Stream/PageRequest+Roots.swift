import NIOCore

/// What a template's names stand for in one request.
extension PageRequest {
    /// One member of a name; nil when the name has none of it that this request knows.
    func member(_ root: RootName, _ name: String, of site: Site) -> Value? {
        switch root {
        case .request: self.requestMember(name, of: site)
        case .path: self.capture(name)
        case .query: self.parameter(name)
        case .session:
            switch name {
            case "csrf": self.session.map { .string($0.csrfToken) } ?? Value.none
            case "devices": self.extras?.devices ?? Value.none
            default: Value.none
            }
        case .user: self.session?.owner?.user.member(name) ?? Value.none
        case .form, .errors, .flash, .site, .services, .page, .csp, .now: nil
        }
    }

    /// A whole name.
    func root(_ root: RootName, of site: Site) -> Value {
        switch root {
        case .request:
            .object(
                ValueObject(
                    ["host", "path", "method", "url", "lang", "id"].map { ($0, self.requestMember($0, of: site)) }
                )
            )
        case .path: .object(ValueObject(self.page.captureNames.map { ($0, self.capture($0)) }))
        case .query: .object(ValueObject(self.parameters))
        case .session:
            .object([
                "csrf": self.session.map { .string($0.csrfToken) } ?? .none,
                "devices": self.extras?.devices ?? .none,
            ])
        case .user: self.session?.owner?.user ?? .none
        case .flash: self.extras?.flash.map { .string($0) } ?? .none
        case .site: site.siteValue
        case .services: site.servicesValue
        case .now: .integer(Int(self.now.milliseconds / 1000))
        case .form:
            .object(["errors": self.form?.errors ?? .none, "values": self.form?.values ?? .none])
        case .errors: self.form?.errors ?? .none
        // The host's own state answers for the page, and no script is allowed.
        case .page, .csp: .none
        }
    }

    private func requestMember(_ name: String, of site: Site) -> Value {
        switch name {
        case "host": .string(self.text(self.head.host))
        case "path": .string(self.text(self.head.path))
        case "method": .string(self.text(self.head.methodName))
        case "url":
            .string(
                self.page.origin + self.text(self.head.path)
                    + (self.head.query.isEmpty ? "" : "?" + self.text(self.head.query))
            )
        case "lang": .string(self.language)
        case "id": .string(self.id)
        default: .none
        }
    }

    private func capture(_ name: String) -> Value {
        guard let index = self.page.captureNames.firstIndex(of: name), index < self.captures.count else { return .none }
        return .string(PercentEncoding.decoded(self.captures[index], in: self.bytes.readableBytesUInt8Span))
    }

    /// The first parameter of a name in the query.
    private func parameter(_ name: String) -> Value {
        let bytes = self.bytes.readableBytesUInt8Span
        var fields = QueryFields(of: self.head.query)
        while let (field, value) = fields.next(in: bytes) {
            if PercentEncoding.decodedFormField(field, in: bytes) == name {
                return .string(PercentEncoding.decodedFormField(value, in: bytes))
            }
        }
        return .none
    }

    private var parameters: [(String, Value)] {
        let bytes = self.bytes.readableBytesUInt8Span
        var fields = QueryFields(of: self.head.query)
        var result: [(String, Value)] = []
        while let (field, value) = fields.next(in: bytes) {
            let name = PercentEncoding.decodedFormField(field, in: bytes)
            guard !result.contains(where: { $0.0 == name }) else { continue }
            result.append((name, .string(PercentEncoding.decodedFormField(value, in: bytes))))
        }
        return result
    }
}
