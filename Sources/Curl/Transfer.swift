/// The name of one transfer, by which the driver is told to hold, go on or cancel.
package final class Transfer: Sendable {
    package let request: TransferRequest
    package let receiver: any TransferReceiver

    /// Names a transfer; `CurlDriver.start` begins it, once.
    package init(_ request: TransferRequest, receiver: any TransferReceiver) {
        self.request = request
        self.receiver = receiver
    }
}
