import Curl
import NIOCore

/// A transfer under way over a direct connection, on its loop only: what is known of it until its end is told.
final class DirectTransfer {
    let transfer: Transfer
    let address: DirectAddress
    /// When the last byte must have arrived, by the loop's clock.
    let deadline: NIODeadline
    /// The connection that carries it; nil while one is being made.
    var connection: DirectConnection?
    /// Whether the connection was made for it.
    var isFirstOfConnection = false
    private let started = NIODeadline.now()
    private var receivedBytes = 0
    /// How far it has come.
    var progress = TransferError.Progress.unconnected

    init(_ transfer: Transfer, to address: DirectAddress, deadline: NIODeadline) {
        self.transfer = transfer
        self.address = address
        self.deadline = deadline
    }

    /// Hands the head on; throws `tooLarge` when it promises too much.
    func receive(_ head: TransferHead) throws(TransferError) {
        let hasBody = head.status != 204 && head.status != 304
        if hasBody, let length = head.contentLength, length > transfer.request.maximumBodyBytes { throw tooLarge }
        transfer.receiver.transferReceived(head: head)
    }

    /// Hands a piece of the body on; throws `tooLarge` when there has been too much.
    func receive(body: RawSpan) throws(TransferError) {
        guard body.byteCount <= transfer.request.maximumBodyBytes - receivedBytes else { throw tooLarge }
        receivedBytes += body.byteCount
        guard case .taken = transfer.receiver.transferReceived(body: body) else {
            throw TransferError(.cancelled, "the receiver of a direct transfer takes what comes", progress: .answered)
        }
    }

    /// Tells the receiver the end.
    func finish(_ failure: TransferError?) {
        if let failure {
            transfer.receiver.transferFinished(.failure(failure))
            return
        }
        transfer.receiver.transferFinished(
            .success(
                TransferSummary(
                    receivedBytes: receivedBytes,
                    sentBytes: 0,
                    elapsed: .nanoseconds((NIODeadline.now() - started).nanoseconds),
                    reusedConnection: !isFirstOfConnection
                )
            )
        )
    }

    private var tooLarge: TransferError {
        TransferError(.tooLarge, "the body is over \(transfer.request.maximumBodyBytes) bytes", progress: .answered)
    }
}
