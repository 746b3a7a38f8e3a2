package import NIOCore

/// Answers the requests of one event loop's connections; everything is called on that loop.
package protocol RequestResponder: AnyObject {
    /// The moment that `beginBurst` took last, by the monotonic clock.
    var now: NIODeadline { get }

    /// Bytes have come, or an answer goes on: the moments that hold for all that follows are taken here, once.
    func beginBurst()

    /// Answers one request: at once through the connection's `send`, or later through the exchange it gives back.
    ///
    /// - Parameters:
    ///   - head: the places of the request's parts in `bytes`, counted from its reader index.
    ///   - bytes: what was received; what is needed after the call is copied out of it.
    ///   - connection: where the answer goes.
    /// - Returns: nil when the answer has been sent whole, or broken off.
    func respond(to head: RequestHead, in bytes: ByteBuffer, on connection: Connection) -> (any Exchange)?

    /// A whole answer for bytes that are not a request or that pass a limit; the connection closes after it.
    func refusal(status: Int, explanation: String) -> ByteBuffer

    /// A connection has come; its deadline is to be watched from now on.
    func connectionOpened(_ connection: Connection)
    /// A connection has gone; called once, before its exchange is cancelled.
    func connectionClosed(_ connection: Connection)
}

/// A request whose answer is not sent yet; everything is called on its connection's event loop.
package protocol Exchange: AnyObject {
    /// A piece of the request's body.
    func receive(_ piece: ByteBuffer)
    /// The request's body is complete; called for a request without one too.
    func receiveEnd()
    /// The client takes more again, or takes no more for now; it can come from within `start` and `proceed`.
    func writabilityChanged(isWritable: Bool)
    /// The client has gone or broke the protocol: no answer can be sent any more. Nothing is called after it.
    func cancel()
}
