import Curl
import NIOCore

/// What waits in a stream, both ways, and who is held up by it.
///
/// Decides; `StreamHandle` acts.
///
/// Each direction holds at most the window and one piece: past it the producer is held, at half of it the producer goes on.
struct StreamBuffers {
    /// What the consumer hears next.
    enum Event {
        case head(TransferHead)
        /// A piece of the body, and whether the upstream is to go on.
        case body(ByteBuffer, resumesUpstream: Bool)
        case writable
        case finished(Result<Void, FetchFailure>)
    }

    /// What the upstream gets of the request's body.
    enum Supply {
        /// A piece, and whether the producer is to be told that there is room.
        case piece(ByteBuffer, tellsProducer: Bool)
        case nothingYet
        case finished
    }

    private let window: Int
    private var head: TransferHead?
    private var download = ByteBufferQueue()
    private var end: Result<Void, FetchFailure>?
    private var isPaused = false
    private var isUpstreamHeld = false
    private var upload = ByteBufferQueue()
    private var isUploadFinished = false
    private var isUploadAwaited = false
    private var isProducerHeld = false
    private var owesWritable = false
    /// True once a byte of the request's body has gone: the request cannot be made again.
    private(set) var isUploadTouched = false

    init(window: Int) {
        self.window = window
    }

    /// Bytes held in both directions.
    var byteCount: Int { download.byteCount + upload.byteCount }

    // MARK: From the upstream

    mutating func receive(_ head: TransferHead) {
        self.head = head
    }

    /// False: the window is full, and the same bytes must come again once `nextEvent` says so.
    mutating func receive(_ bytes: RawSpan) -> Bool {
        guard download.byteCount < window else {
            isUpstreamHeld = true
            return false
        }
        download.append(copying: bytes)
        return true
    }

    mutating func receiveEnd(_ result: Result<Void, FetchFailure>) {
        end = result
        upload.removeAll()
    }

    mutating func supply(upTo limit: Int) -> Supply {
        guard let piece = upload.popFirst(upTo: limit) else {
            if isUploadFinished {
                isUploadTouched = true
                return .finished
            }
            isUploadAwaited = true
            return .nothingYet
        }
        isUploadTouched = true
        let tells = isProducerHeld && upload.byteCount <= window / 2
        if tells {
            isProducerHeld = false
            owesWritable = true
        }
        return .piece(piece, tellsProducer: tells)
    }

    // MARK: From the consumer

    mutating func pause() { isPaused = true }

    mutating func resume() { isPaused = false }

    /// Whether there is room for more, and whether the upstream waits for what was given.
    mutating func send(_ bytes: ByteBuffer) -> (hasRoom: Bool, resumesUpstream: Bool) {
        guard end == nil, !isUploadFinished else { return (true, false) }
        upload.append(bytes)
        isProducerHeld = upload.byteCount >= window
        let resumes = isUploadAwaited && !upload.isEmpty
        if resumes { isUploadAwaited = false }
        return (!isProducerHeld, resumes)
    }

    /// Whether the upstream waits for the end.
    mutating func finishUpload() -> Bool {
        isUploadFinished = true
        defer { isUploadAwaited = false }
        return isUploadAwaited
    }

    mutating func nextEvent() -> Event? {
        if let head = head.take() { return .head(head) }
        if owesWritable {
            owesWritable = false
            if end == nil { return .writable }
        }
        guard !isPaused else { return nil }
        if let piece = download.popFirst() {
            let resumes = isUpstreamHeld && download.byteCount <= window / 2
            if resumes { isUpstreamHeld = false }
            return .body(piece, resumesUpstream: resumes)
        }
        return end.take().map { .finished($0) }
    }

    /// Forgets everything: the consumer hears nothing any more.
    mutating func clear() {
        self = StreamBuffers(window: window)
    }
}
