package import NIOCore

/// A request as the scripted origin saw it.
package struct OriginRequest: Sendable {
    package let method: String
    /// The request target, byte by byte.
    package let path: String
    /// In the order of arrival, names as they came.
    package let headers: [(name: String, value: String)]
    /// The first megabyte of the body.
    package let body: ByteBuffer
    /// The length of the whole body, chunks put together.
    package let bodyLength: Int
    /// Counts the connections of this origin from 1.
    package let connection: Int

    /// All values of a field, its name compared without case.
    package func values(_ name: String) -> [String] {
        headers.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
    }
}

/// What an origin answers to a request.
package struct OriginHandler: Sendable {
    package let answer: @Sendable (OriginRequest) -> [OriginStep]

    package init(_ answer: @escaping @Sendable (OriginRequest) -> [OriginStep]) {
        self.answer = answer
    }
}

/// One step of an answer.
package enum OriginStep: Sendable {
    /// A status line and fields, and nothing of its own.
    case head(Int, [(String, String)] = [])
    /// Bytes as they are.
    case bytes(String)
    case buffer(ByteBuffer)
    /// A chunk of a chunked body.
    case chunk(String)
    /// The end of a chunked body, with trailers.
    case lastChunk([(String, String)] = [])
    /// As many bytes, sent as the peer takes them.
    case fill(Int)
    case delay(Duration)
    /// Ends the connection in order.
    case close
    /// Ends the connection by a TCP reset.
    case reset
    /// Does nothing any more on this connection.
    case stall

    /// A whole answer with its length.
    package static func answer(
        _ status: Int = 200,
        _ headers: [(String, String)] = [],
        _ body: String = ""
    ) -> [OriginStep] {
        [.head(status, headers + [("Content-Length", "\(body.utf8.count)")]), .bytes(body)]
    }
}

/// Counts what an origin saw.
package struct OriginCounts: Sendable {
    /// Requests by path, queries included.
    package var requests: [String: Int] = [:]
    package var connections = 0
    /// Bytes of request bodies that have been read so far.
    package var receivedBodyBytes = 0
    /// Bytes of `fill` steps that have been handed to the socket so far.
    package var filledBytes = 0
    /// Connections that are open.
    package var openConnections = 0
}
