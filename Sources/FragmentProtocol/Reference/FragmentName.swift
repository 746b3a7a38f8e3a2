/// Which fragment is meant: a service and one of the types that its manifest declares, written `cart/mini`.
///
/// Both parts match `[a-z][a-z0-9-]*` and are at most 64 characters long.
public struct FragmentName: Hashable, Sendable, CustomStringConvertible {
    /// The service's name, as `services:` of gateway.yaml and the manifest write it.
    public let service: String
    /// The fragment's type within the service.
    public let type: String

    /// The name written `service/type`, or nil when the text is not of that form.
    public init?(_ text: some StringProtocol) {
        guard let slash = text.firstIndex(of: "/") else { return nil }
        self.init(service: String(text[..<slash]), type: String(text[text.index(after: slash)...]))
    }

    /// The name of a service's fragment, or nil when a part is not a name.
    public init?(service: String, type: String) {
        guard service.isLowercaseName, type.isLowercaseName else { return nil }
        self.service = service
        self.type = type
    }

    /// The name as `service/type`, which ``init(_:)`` reads back.
    public var description: String { "\(service)/\(type)" }
}
