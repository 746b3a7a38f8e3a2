import Curl
import Synchronization

/// Records a transfer and answers as a test wants it.
final class RecordingReceiver: TransferReceiver {
    struct Record: Sendable {
        var head: TransferHead?
        var headCount = 0
        var body: [UInt8] = []
        var bodyCount = 0
        var result: Result<TransferSummary, TransferError>?
        var finishCount = 0
        var pieces: [[UInt8]] = []
        var isUploadFinished = true
        var heldUploads = 0
        var takesBody = true
        var refusals = 0

        var text: String { String(decoding: body, as: UTF8.self) }
        var failure: TransferError? {
            if case .failure(let error) = result { error } else { nil }
        }
    }

    private struct State {
        var record = Record()
        var waiter: CheckedContinuation<Record, Never>?
    }

    private let state: Mutex<State>
    private let keepsBody: Bool

    init(upload: [[UInt8]] = [], isUploadFinished: Bool = true, takesBody: Bool = true, keepsBody: Bool = true) {
        var first = State()
        first.record.pieces = upload
        first.record.isUploadFinished = isUploadFinished
        first.record.takesBody = takesBody
        state = Mutex(first)
        self.keepsBody = keepsBody
    }

    var record: Record { state.withLock { $0.record } }

    func change(_ body: (inout Record) -> Void) {
        state.withLock { body(&$0.record) }
    }

    /// The record once the transfer is finished.
    func finished() async -> Record {
        await withCheckedContinuation { continuation in
            let record: Record? = state.withLock { state in
                if state.record.result != nil { return state.record }
                state.waiter = continuation
                return nil
            }
            if let record { continuation.resume(returning: record) }
        }
    }

    func transferReceived(head: TransferHead) {
        state.withLock { state in
            state.record.head = head
            state.record.headCount += 1
        }
    }

    func transferReceived(body: RawSpan) -> BodyStep {
        state.withLock { state in
            guard state.record.takesBody else {
                state.record.refusals += 1
                return .notNow
            }
            state.record.bodyCount += body.byteCount
            if keepsBody { body.withUnsafeBytes { state.record.body += $0 } }
            return .taken
        }
    }

    func transferWantsUpload(limit: Int, sink: (RawSpan) -> Void) -> UploadStep {
        state.withLock { state in
            guard !state.record.pieces.isEmpty else {
                if state.record.isUploadFinished { return .finished }
                state.record.heldUploads += 1
                return .notNow
            }
            let piece = state.record.pieces.removeFirst()
            let part = piece.prefix(limit)
            if part.count < piece.count { state.record.pieces.insert(Array(piece.dropFirst(limit)), at: 0) }
            part.withUnsafeBytes { sink($0.bytes) }
            return .supplied
        }
    }

    func transferFinished(_ result: Result<TransferSummary, TransferError>) {
        let (waiter, record) = state.withLock { state in
            state.record.result = result
            state.record.finishCount += 1
            return (state.waiter.take(), state.record)
        }
        waiter?.resume(returning: record)
    }
}

extension CurlDriver {
    /// Runs one transfer to its end.
    func run(
        _ request: TransferRequest,
        _ receiver: RecordingReceiver = RecordingReceiver()
    ) async -> RecordingReceiver.Record {
        guard start(Transfer(request, receiver: receiver)) else { return receiver.record }
        return await receiver.finished()
    }
}

/// Waits until a condition that another thread brings about holds; false after ten seconds.
func eventually(_ condition: () -> Bool) async -> Bool {
    let end = ContinuousClock.now + .seconds(10)
    while !condition() {
        guard .now < end else { return false }
        await Task.yield()
        // Gives the thread that is waited for the processor.
        guard (try? await Task.sleep(for: .milliseconds(2))) != nil else { return false }
    }
    return true
}
