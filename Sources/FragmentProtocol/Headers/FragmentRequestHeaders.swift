/// What the gateway tells a service in the header fields of a request for a fragment.
public struct FragmentRequestHeaders: Hashable, Sendable {
    /// The time that is left for the answer to arrive whole, in milliseconds on the wire (`Fragment-Deadline`).
    public var deadline: Duration?
    /// The assertion of who asks, for ``IdentityAssertion`` to verify (`Gateway-Identity`).
    public var identity: String?
    /// The media types that are wanted (`Accept`).
    public var accept: String?
    /// The language that is wanted (`Accept-Language`).
    public var acceptLanguage: String?
    /// The validators of the copies that are held (`If-None-Match`).
    public var ifNoneMatch: [EntityTag]
    /// Where in a trace the request stands (`traceparent`).
    public var traceparent: String?
    /// What the systems of the trace add to it (`tracestate`).
    public var tracestate: String?
    /// The client's address (`X-Forwarded-For`).
    public var forwardedFor: String?
    /// The scheme that the client used (`X-Forwarded-Proto`).
    public var forwardedProto: String?
    /// The host that the client asked (`X-Forwarded-Host`).
    public var forwardedHost: String?
    /// The client's address, scheme and host as RFC 7239 writes them (`Forwarded`).
    public var forwarded: String?

    /// Fields of their values; those that are nil or empty are not sent.
    public init(
        deadline: Duration? = nil,
        identity: String? = nil,
        accept: String? = nil,
        acceptLanguage: String? = nil,
        ifNoneMatch: [EntityTag] = [],
        traceparent: String? = nil,
        tracestate: String? = nil,
        forwardedFor: String? = nil,
        forwardedProto: String? = nil,
        forwardedHost: String? = nil,
        forwarded: String? = nil
    ) {
        self.deadline = deadline
        self.identity = identity
        self.accept = accept
        self.acceptLanguage = acceptLanguage
        self.ifNoneMatch = ifNoneMatch
        self.traceparent = traceparent
        self.tracestate = tracestate
        self.forwardedFor = forwardedFor
        self.forwardedProto = forwardedProto
        self.forwardedHost = forwardedHost
        self.forwarded = forwarded
    }

    /// A field that holds its value as it is.
    private struct PlainField: Sendable {
        /// The field's name.
        let name: String
        /// Where its value is kept.
        let path: any WritableKeyPath<FragmentRequestHeaders, String?> & Sendable
        /// Whether several lines are one list (RFC 9110, section 5.3); of other fields a second line is a mistake.
        var isList = true
    }

    /// The fields that hold their value as it is.
    private static let plainFields = [
        PlainField(name: HeaderName.gatewayIdentity, path: \.identity, isList: false),
        PlainField(name: HeaderName.accept, path: \.accept),
        PlainField(name: HeaderName.acceptLanguage, path: \.acceptLanguage),
        PlainField(name: HeaderName.traceparent, path: \.traceparent, isList: false),
        PlainField(name: HeaderName.tracestate, path: \.tracestate),
        PlainField(name: HeaderName.xForwardedFor, path: \.forwardedFor),
        PlainField(name: HeaderName.xForwardedProto, path: \.forwardedProto),
        PlainField(name: HeaderName.xForwardedHost, path: \.forwardedHost),
        PlainField(name: HeaderName.forwarded, path: \.forwarded),
    ]

    /// The fields, `Fragment-Protocol` among them, ready to be sent.
    ///
    /// - Returns: names and values.
    /// - Throws: a ``HeaderError`` when a value holds a control character, which would end the field.
    public func encoded() throws(HeaderError) -> [(name: String, value: String)] {
        var fields = [(name: HeaderName.fragmentProtocol, value: String(ServiceManifest.supportedProtocol))]
        if let deadline { fields.append((HeaderName.fragmentDeadline, String(deadline.wholeMilliseconds))) }
        if !ifNoneMatch.isEmpty {
            fields.append((HeaderName.ifNoneMatch, ifNoneMatch.map(\.description).joined(separator: ", ")))
        }
        for field in Self.plainFields {
            guard let value = self[keyPath: field.path], !value.isEmpty else { continue }
            guard value.isFieldValue else {
                throw HeaderError(field: field.name, message: "\(quoted(value)) holds a control character")
            }
            fields.append((field.name, value))
        }
        return fields
    }

    /// The fields of a request that reached a service.
    ///
    /// - Parameter fields: all fields of the request, those of other meaning among them.
    /// - Throws: a ``HeaderError`` when the request is of another version of the protocol, or a field is malformed or
    ///   given twice that is no list.
    public init(decoding fields: [(name: String, value: String)]) throws(HeaderError) {
        self.init()
        var isProtocolStated = false
        for field in fields {
            let value = String(Substring(field.value).trimmed)
            switch field.name.lowercasedASCII {
            case "fragment-protocol":
                guard value == String(ServiceManifest.supportedProtocol) else {
                    throw HeaderError(field: HeaderName.fragmentProtocol, message: "\(quoted(value)) is not supported")
                }
                isProtocolStated = true
            case "fragment-deadline":
                guard deadline == nil else { throw Self.repeated(HeaderName.fragmentDeadline) }
                deadline = try Self.deadline(value)
            case "if-none-match":
                guard let tags = EntityTag.list(value) else {
                    throw HeaderError(field: HeaderName.ifNoneMatch, message: "\(quoted(value)) is not a list of tags")
                }
                ifNoneMatch += tags
            case let name:
                guard let plain = Self.plainFields.first(where: { HeaderName.isSame($0.name, name) }) else { continue }
                try take(value, of: plain)
            }
        }
        guard isProtocolStated else { throw HeaderError(field: HeaderName.fragmentProtocol, message: "is missing") }
    }

    /// Keeps the value of one line of a field.
    private mutating func take(_ value: String, of field: PlainField) throws(HeaderError) {
        guard !value.isEmpty else { return }
        if let earlier = self[keyPath: field.path] {
            guard field.isList else { throw Self.repeated(field.name) }
            self[keyPath: field.path] = "\(earlier), \(value)"
        } else {
            self[keyPath: field.path] = value
        }
    }

    /// The time that a field's value states.
    private static func deadline(_ value: String) throws(HeaderError) -> Duration {
        guard value.utf8.count <= 12, value.utf8.allSatisfy({ $0.isDigit }), let milliseconds = Int64(value) else {
            throw HeaderError(
                field: HeaderName.fragmentDeadline,
                message: "\(quoted(value)) is not a number of milliseconds"
            )
        }
        return .milliseconds(milliseconds)
    }

    /// That a field stands there twice.
    private static func repeated(_ name: String) -> HeaderError {
        HeaderError(field: name, message: "is given twice")
    }

    /// Whether a copy that is held is the content of a tag, so that `304` answers the request.
    public func isHeld(_ tag: EntityTag) -> Bool { ifNoneMatch.contains { $0.matches(tag) } }
}

extension Duration {
    /// The whole milliseconds of the duration, rounded down and never negative.
    var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        // Twelve digits, more than thirty years, are what a field may hold.
        return Swift.min(seconds, 999_999_999) * 1000 + attoseconds / 1_000_000_000_000_000
    }
}
