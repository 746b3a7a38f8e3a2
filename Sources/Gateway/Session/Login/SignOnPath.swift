/// The paths of the sign-on, which every host has; none below `/auth` is ever a service's.
enum SignOnPath: Sendable, Equatable {
    case login
    case callback
    case logout
    case loggedOut
    case backChannel
    case devices
    /// Below `/auth`, and nothing.
    case unknown

    /// Whether a path is `/auth` or below it.
    @inline(__always)
    static func isReserved(_ path: ByteRange, in bytes: Span<UInt8>) -> Bool {
        guard path.length >= 5, bytes[path.range.lowerBound + 1] == UInt8(ascii: "a") else { return false }
        guard bytes.matches("/auth", at: ByteRange(offset: path.range.lowerBound, length: 5)) else { return false }
        return path.length == 5 || bytes[path.range.lowerBound + 5] == .slash
    }

    /// Which one a path is.
    init(_ path: ByteRange, in bytes: Span<UInt8>) {
        if bytes.matches("/auth/login", at: path) {
            self = .login
        } else if bytes.matches("/auth/callback", at: path) {
            self = .callback
        } else if bytes.matches("/auth/logout", at: path) {
            self = .logout
        } else if bytes.matches("/auth/logged-out", at: path) {
            self = .loggedOut
        } else if bytes.matches("/auth/backchannel", at: path) {
            self = .backChannel
        } else if bytes.matches("/auth/devices", at: path) {
            self = .devices
        } else {
            self = .unknown
        }
    }

    /// The methods that it is asked with; none for one that is nothing.
    var methods: [RequestMethod] {
        switch self {
        case .login, .callback, .loggedOut: [.get]
        // A link leads to the question, whose form signs out.
        case .logout: [.post, .get]
        case .backChannel, .devices: [.post]
        case .unknown: []
        }
    }

    /// Whether nothing can be answered while it cannot be known who is signed in.
    var needsSession: Bool { self == .logout || self == .devices }
}
