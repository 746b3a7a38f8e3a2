import Zlib

/// The compressors of an event loop's streaming answers; those that are not in use wait for the next.
final class StreamingCompressorPool {
    /// The most compressors that wait.
    let limit: Int
    let settings: DeflateSettings
    private var idle: [StreamingCompressor] = []

    /// - Parameters:
    ///   - limit: the most compressors that wait; any number can be in use.
    ///   - settings: those of every compressor.
    init(limit: Int = 16, settings: DeflateSettings = StreamingCompressorPool.defaultSettings) {
        self.limit = limit
        self.settings = settings
    }

    /// 160 KB each, where the library takes 256 by itself; answers with flushes are no larger for it.
    static let defaultSettings = DeflateSettings(framing: .gzip, level: 6, memoryLevel: 6)

    /// The compressors that wait.
    var idleCount: Int { self.idle.count }

    /// A compressor at the beginning of an answer.
    ///
    /// - Throws: that there is no memory for it.
    func take() throws(ZlibError) -> StreamingCompressor {
        if let compressor = self.idle.popLast() { return compressor }
        return try StreamingCompressor(self.settings)
    }

    /// Takes back a compressor whose answer is over, finished or not.
    func giveBack(_ compressor: StreamingCompressor) {
        guard self.idle.count < self.limit else { return }
        compressor.reset()
        self.idle.append(compressor)
    }
}
