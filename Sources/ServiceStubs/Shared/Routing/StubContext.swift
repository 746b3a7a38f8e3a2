import Hummingbird

/// What a request carries through the routes of a stub.
struct StubContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The address of the other end; none in tests without a socket.
    let remoteAddress: String?

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        remoteAddress = source.channel.remoteAddress?.ipAddress
    }

    /// Whether the request comes from this machine.
    var isLocal: Bool {
        guard let remoteAddress else { return false }
        return remoteAddress.hasPrefix("127.") || remoteAddress == "::1" || remoteAddress.hasPrefix("::ffff:127.")
    }
}
