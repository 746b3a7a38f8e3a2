import Testing

@testable import Curl

struct ActiveTransferTests {
    /// A transfer as it stands once its request is on its way.
    private func begun(_ request: TransferRequest, _ receiver: RecordingReceiver) throws -> ActiveTransfer {
        let handle = try #require(EasyHandle())
        let transfer = Transfer(request, receiver: receiver)
        let active = ActiveTransfer(transfer, handle: handle, limits: ResponseHeadReader.Limits(), now: .now)
        #expect(active.beginRequest())
        return active
    }

    private func give(_ lines: [String], to active: ActiveTransfer) -> Bool {
        lines.allSatisfy { line in Array((line + "\r\n").utf8).withUnsafeBytes { active.receive(headerLine: $0) } }
    }

    private func giveBody(_ text: String, to active: ActiveTransfer) -> Int {
        Array(text.utf8).withUnsafeBytes { active.receive(body: $0) }
    }

    private func request(_ body: TransferBody = .none, limit: Int = 100) -> TransferRequest {
        TransferRequest(
            method: "POST",
            origin: "http://127.0.0.1",
            target: "/",
            body: body,
            idleTimeout: .seconds(1),
            maximumBodyBytes: limit
        )
    }

    @Test func isNotIdleWhileItsReceiverHoldsTheBody() throws {
        let active = try begun(request(), RecordingReceiver(takesBody: false))
        #expect(active.idleDeadline != nil)
        #expect(give(["HTTP/1.1 200 OK", ""], to: active))
        #expect(giveBody("held", to: active) != 4)
        #expect(active.isReceivingHeld)
        #expect(active.idleDeadline == nil)
    }

    @Test func isNotIdleWhileItsReceiverHasNothingToSend() throws {
        let active = try begun(request(.streamed(length: nil)), RecordingReceiver(isUploadFinished: false))
        let space = UnsafeMutableRawBufferPointer.allocate(byteCount: 10, alignment: 1)
        defer { space.deallocate() }
        #expect(active.supplyBody(space) > space.count)
        #expect(active.isSendingHeld)
        #expect(active.idleDeadline == nil)
    }

    @Test func boundsTheBody() throws {
        let receiver = RecordingReceiver()
        let active = try begun(request(limit: 5), receiver)
        #expect(give(["HTTP/1.1 200 OK", ""], to: active))
        #expect(giveBody("12345", to: active) == 5)
        #expect(giveBody("6", to: active) == 0)
        active.finish(.cancelled, "")
        #expect(receiver.record.failure?.code == .tooLarge)
        #expect(receiver.record.text == "12345")
    }

    @Test func refusesASecondRequest() throws {
        let receiver = RecordingReceiver()
        let active = try begun(request(), receiver)
        #expect(!active.beginRequest())
        active.finish(.cancelled, "")
        #expect(receiver.record.failure?.code == .reset)
        #expect(receiver.record.failure?.progress == .requested)
    }

    @Test func suppliesBytesInPieces() throws {
        let active = try begun(request(.bytes(Array("hello".utf8))), RecordingReceiver())
        let space = UnsafeMutableRawBufferPointer.allocate(byteCount: 3, alignment: 1)
        defer { space.deallocate() }
        let counts = (0..<3).map { _ in active.supplyBody(space) }
        #expect(counts == [3, 2, 0])
    }
}
