package import FragmentProtocol

/// One place of a page where a fragment or data is used; immutable.
///
/// A class, so that handing one to the host costs at most one reference count.
package final class FragmentUse: Sendable {
    /// What is done with the answer.
    package enum Kind: Sendable {
        /// Its body is inserted.
        case fragment
        /// Its JSON is bound to a name.
        case data
    }

    /// The place among the page's uses, in document order.
    package let index: Int
    /// Which fragment.
    package let name: FragmentName
    /// What is done with it.
    package let kind: Kind
    /// Whether it decides the page's status, title and metadata.
    package let isPrimary: Bool
    /// Whether a failure without a stale copy fails the page.
    package let isRequired: Bool
    /// This use's own timeout, over that of gateway.yaml.
    package let timeout: Duration?
    /// This use's own time to live, over that of gateway.yaml.
    package let ttl: Duration?
    /// The parameters when they are the same for every request; nil when some depend on the request.
    package let constantParameters: FragmentParameters?
    /// Where it stands.
    package let position: TemplatePosition

    init(
        index: Int,
        name: FragmentName,
        kind: Kind,
        isPrimary: Bool,
        isRequired: Bool,
        timeout: Duration?,
        ttl: Duration?,
        constantParameters: FragmentParameters?,
        position: TemplatePosition
    ) {
        self.index = index
        self.name = name
        self.kind = kind
        self.isPrimary = isPrimary
        self.isRequired = isRequired
        self.timeout = timeout
        self.ttl = ttl
        self.constantParameters = constantParameters
        self.position = position
    }
}
