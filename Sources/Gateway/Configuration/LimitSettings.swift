/// The gateway's limits (`limits:`).
package struct LimitSettings: Sendable, Equatable {
    /// Bytes of a request line (`request-line:`).
    package var requestLine = 8 << 10
    /// Bytes of all headers of a request together (`header-bytes:`).
    package var headerBytes = 32 << 10
    /// Headers of a request (`header-count:`).
    package var headerCount = 100
    /// Bytes of a request's body (`body:`).
    package var body = 100 << 20
    /// From a connection's or request's first byte to the end of its headers (`header-timeout:`).
    package var headerTimeout = Duration.seconds(10)
    /// A kept-alive connection without a request (`idle-timeout:`).
    package var idleTimeout = Duration.seconds(60)
    /// A body that makes no progress, in either direction (`body-timeout:`).
    package var bodyTimeout = Duration.seconds(60)
    /// From the signal to stop to the end of the last request (`shutdown-grace:`).
    package var shutdownGrace = Duration.seconds(30)
    /// Connections of browsers at a time (`connections:`).
    package var connections = 10_000
    /// From a page's request to its last byte, unless its route says otherwise (`page-budget:`).
    package var pageBudget = Duration.seconds(5)
    /// How long a page's first bytes wait for the rest, so that it may leave whole (`stream-after:`).
    package var streamAfter = Duration.milliseconds(1)
    /// Fragments and data on one page (`page-fragments:`).
    package var pageFragments = 256
    /// From a passed-through request to the head of the service's answer (`pass-through-timeout:`).
    package var passThroughTimeout = Duration.seconds(60)

    package init() {}
}
