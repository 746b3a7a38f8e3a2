/// Whether the receiver took a piece of the body.
package enum BodyStep: Sendable {
    /// The bytes were taken.
    case taken
    /// Nothing was taken: the same bytes come again after `CurlDriver.resumeReceiving`.
    case notNow
}

/// What the receiver had to send.
package enum UploadStep: Sendable {
    /// Bytes were handed over.
    case supplied
    /// There is nothing yet: the driver asks again after `CurlDriver.resumeSending`.
    case notNow
    /// The body is complete.
    case finished
}

/// Takes what a transfer brings, on the driver's thread.
///
/// Calls must return soon: they hold up every transfer of the driver. Each transfer calls in the order head, body…, finished;
/// `finished` comes exactly once, always, and last.
package protocol TransferReceiver: AnyObject, Sendable {
    /// The head of the final answer.
    func transferReceived(head: TransferHead)

    /// A piece of the body, at most 64 KB.
    func transferReceived(body: RawSpan) -> BodyStep

    /// Asks for at most `limit` bytes of a streamed request body, to be handed to `sink` in this call, once.
    func transferWantsUpload(limit: Int, sink: (RawSpan) -> Void) -> UploadStep

    /// The end.
    func transferFinished(_ result: Result<TransferSummary, TransferError>)
}
