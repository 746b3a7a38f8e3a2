/// Where a request goes.
enum RouteDecision: Equatable {
    /// To a page, by its index in the site.
    case page(Int, Captures)
    /// To a file of the gateway's own, by its index in the site.
    case asset(Int)
    /// To the service with this index, as it is.
    case passThrough(service: Int)
    /// To the sign-on, on the host of the service with this index.
    case signOn(service: Int)
    /// Nowhere: the path is one that only the gateway may ask of a service.
    case reserved
    /// Nowhere: the path holds an encoding that no text has.
    case malformedPath
    /// Nowhere: no service has this host (RFC 9110, section 15.5.20).
    case unknownHost
}

/// The parts of a path that a route's `{name}` segments took, in the route's order.
struct Captures: Equatable {
    /// More than any path needs; the configuration refuses routes with more.
    static let limit = 8

    private var ranges: InlineArray<8, ByteRange> = .init(repeating: .none)
    private(set) var count = 0

    mutating func append(_ range: ByteRange) {
        guard self.count < Self.limit else { return }
        self.ranges[self.count] = range
        self.count += 1
    }

    mutating func shorten(to count: Int) { self.count = count }

    subscript(index: Int) -> ByteRange { self.ranges[index] }

    static func == (left: Captures, right: Captures) -> Bool {
        left.count == right.count && (0..<left.count).allSatisfy { left[$0] == right[$0] }
    }
}

/// The hosts, page routes and assets of a site: immutable, and swapped whole when the configuration changes.
///
/// A class, so that looking something up in it copies nothing.
final class RouteTable: Sendable {
    /// A page's route, as the table needs it.
    struct Route {
        var host: String
        var path: PathPattern
    }

    private struct Host: Sendable {
        let service: Int
        /// Routes without captures, by their whole path.
        let exact: ByteTable
        let patterns: RouteTree
    }

    private let names: ByteTable
    private let hosts: [Host]
    private let assets: ByteTable
    /// Whether what is below `/auth` is the sign-on's on every host.
    private let hasSignOn: Bool

    /// - Parameters:
    ///   - hosts: the host names in small letters, each service's at the service's index.
    ///   - routes: the pages' routes in the order of their indices.
    ///   - assets: the assets' paths in the order of their indices.
    ///   - hasSignOn: whether what is below `/auth` is the sign-on's on every host.
    init(hosts: [String], routes: [Route], assets: [String], hasSignOn: Bool = false) {
        self.hasSignOn = hasSignOn
        self.names = ByteTable(hosts.enumerated().map { ($0.element, $0.offset) })
        self.assets = ByteTable(assets.enumerated().map { ($0.element, $0.offset) })
        self.hosts = hosts.enumerated().map { service, name in
            let own = routes.enumerated().filter { $0.element.host == name }
            let exact = own.compactMap { index, route in route.path.literalPath.map { (name: $0, value: index) } }
            let patterns = own.compactMap { index, route in
                route.path.literalPath == nil ? (route.path, index) : nil
            }
            return Host(service: service, exact: ByteTable(exact), patterns: RouteTree(patterns))
        }
    }

    /// Finds where a request goes; the first question of the request's way.
    @inline(__always)
    func resolve(_ head: RequestHead, in bytes: Span<UInt8>) -> RouteDecision {
        guard let host = self.host(head.host, in: bytes) else { return .unknownHost }
        if head.pathNeedsNormalising {
            switch PathCheckPolicy.verdict(on: head.path, in: bytes, reservesAuth: self.hasSignOn) {
            case .allowed: break
            case .reserved: return .reserved
            case .malformed: return .malformedPath
            }
        } else if PathCheckPolicy.isReserved(head.path, in: bytes) {
            return .reserved
        }
        let entry = self.hosts[host]
        if head.method == .get || head.method == .head {
            if let page = entry.exact.value(of: head.path, in: bytes) { return .page(page, Captures()) }
            if let asset = self.assets.value(of: head.path, in: bytes) { return .asset(asset) }
        }
        // No page begins so, and a pattern for all paths must not take it.
        if self.hasSignOn, SignOnPath.isReserved(head.path, in: bytes) { return .signOn(service: entry.service) }
        if head.method == .get || head.method == .head {
            if let (page, captures) = entry.patterns.match(head.path, in: bytes) { return .page(page, captures) }
        }
        return .passThrough(service: entry.service)
    }

    /// The page that a path of the service's host shows to a `GET`, whatever the request's own method.
    func page(at head: RequestHead, in bytes: Span<UInt8>) -> (page: Int, captures: Captures)? {
        guard let host = self.host(head.host, in: bytes) else { return nil }
        if let page = self.hosts[host].exact.value(of: head.path, in: bytes) { return (page, Captures()) }
        return self.hosts[host].patterns.match(head.path, in: bytes)
    }

    /// The service whose host this is, without the port and the root's dot.
    @inline(__always)
    func host(_ authority: ByteRange, in bytes: Span<UInt8>) -> Int? {
        var length = Int(authority.length)
        let start = authority.range.lowerBound
        var cursor = length
        while cursor > 0, bytes[start + cursor - 1].isDigit { cursor -= 1 }
        if cursor > 0, bytes[start + cursor - 1] == .colon { length = cursor - 1 }
        if length > 0, bytes[start + length - 1] == 0x2e { length -= 1 }
        let name = ByteRange(offset: start, length: length)
        if let service = self.names.value(of: name, in: bytes) { return service }
        return self.hostIgnoringCase(name, in: bytes)
    }

    /// Host names are the same in any case (RFC 9110, section 4.2.3), though browsers send small letters.
    private func hostIgnoringCase(_ name: ByteRange, in bytes: Span<UInt8>) -> Int? {
        var lowered: [UInt8] = []
        for position in name.range { lowered.append(bytes[position].lowercased) }
        return self.names.value(of: ByteRange(offset: 0, length: lowered.count), in: lowered.span)
    }
}

extension PathPattern {
    /// The path itself when the pattern matches no other.
    var literalPath: String? {
        var path = ""
        for segment in self.segments {
            guard case .literal(let text) = segment else { return nil }
            path += "/" + text
        }
        return path.isEmpty ? "/" : path
    }
}
