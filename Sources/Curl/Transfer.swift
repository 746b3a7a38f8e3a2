/// The name of one transfer, by which the driver is told to hold, go on or cancel.
package final class Transfer: Sendable {
    let request: TransferRequest
    let receiver: any TransferReceiver

    /// Names a transfer; `CurlDriver.start` begins it, once.
    package init(_ request: TransferRequest, receiver: any TransferReceiver) {
        self.request = request
        self.receiver = receiver
    }
}
