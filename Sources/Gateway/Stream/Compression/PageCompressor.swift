import Brotli
import NIOCore
import Zlib
import Zstd

/// Compresses the pages of one event loop, and remembers what it has compressed.
///
/// A page without personal pieces is compressed once for each recipe and coding. Of any other the runs that are shared
/// are compressed once, and joined for each answer with its personal pieces, which are compressed there and then.
final class PageCompressor {
    /// The codings of one answer: which of the two counts shows when its recipe is known.
    struct Choice {
        /// The coding of a page that is remembered whole.
        let shared: ContentCoding
        /// The coding of a page with personal pieces, and of one that is sent as it comes.
        let gzip: ContentCoding
        /// What the browser holds, where that is used.
        var dictionary: SharedDictionary?
        /// Whether the browser would take a dictionary that it does not hold.
        var offersDictionary = false

        static let identity = Choice(shared: .identity, gzip: .identity)

        /// Whether it may matter what a page is made of.
        var mayCompress: Bool { self.shared != .identity || self.gzip != .identity }

        /// The coding of the whole page of a recipe.
        func coding(of recipe: PageRecipe) -> ContentCoding { recipe.isShared ? self.shared : self.gzip }
    }

    let settings: CompressionSettings
    let memo: CompressedMemo
    private let policy: ContentCodingPolicy
    /// For browsers that hold the site's dictionary.
    private let dictionaryPolicy: ContentCodingPolicy
    private let gzipPolicy: ContentCodingPolicy
    private let hasher: CacheKeyHasher
    private var whole: DeflateStream
    private let joiner: PersonalDeflater
    /// For pages that are asked for once.
    private var quick: DeflateStream
    private var zstd: ZstdCompressor
    private let streams: StreamingCompressorPool

    /// - Parameters:
    ///   - settings: those of gateway.yaml.
    ///   - memory: the bytes that this loop may remember.
    ///   - hasher: that of the recipes.
    /// - Throws: that a library has no memory.
    init(settings: CompressionSettings, memory: Int, hasher: CacheKeyHasher) throws {
        self.settings = settings
        self.memo = CompressedMemo(budget: memory)
        self.policy = ContentCodingPolicy(offered: settings.codings.filter { $0 != .dictionaryZstd })
        self.dictionaryPolicy = ContentCodingPolicy(offered: settings.codings)
        self.gzipPolicy = ContentCodingPolicy(offered: settings.codings.filter { $0 == .gzip })
        self.hasher = hasher
        let level = Int32(settings.level)
        self.whole = try DeflateStream(DeflateSettings(framing: .gzip, level: level))
        self.joiner = try PersonalDeflater(level: level, memo: self.memo)
        self.quick = try DeflateStream(DeflateSettings(framing: .gzip, level: 1))
        self.zstd = try ZstdCompressor()
        self.streams = StreamingCompressorPool()
    }

    /// The codings that a client and gateway.yaml agree on.
    func choice(for head: RequestHead, in bytes: ByteBuffer, dictionary: SharedDictionary?) -> Choice {
        guard !head.acceptEncoding.isEmpty, !self.policy.offered.isEmpty else { return .identity }
        let accepted = AcceptedCodings(head.acceptEncoding, in: bytes.readableBytesUInt8Span)
        let gzip = self.gzipPolicy.choose(accepted)
        let coding = self.policy.choose(accepted)
        guard let dictionary else { return Choice(shared: coding, gzip: gzip) }
        if accepted.weight(of: .dictionaryZstd) > 0,
            dictionary.isNamed(by: head.availableDictionary, in: bytes.readableBytesUInt8Span)
        {
            return Choice(shared: self.dictionaryPolicy.choose(accepted), gzip: gzip, dictionary: dictionary)
        }
        // A browser names the codings of a dictionary only once it holds one (Chromium 156): it can be told by zstd.
        let offers = accepted.weight(of: .dictionaryZstd) > 0 || accepted.weight(of: .zstd) > 0
        return Choice(shared: coding, gzip: gzip, offersDictionary: offers)
    }

    /// Whether a page of so many bytes is worth it.
    func isWorthwhile(_ length: Int) -> Bool { length >= max(1, self.settings.minimumSize) }

    // MARK: Whole pages

    /// Writes the compressed form of a page that is not written down, if all that it needs is remembered.
    func writeRemembered(
        _ page: RecipeOutput,
        _ coding: ContentCoding,
        _ dictionary: SharedDictionary?,
        into output: inout ByteBuffer
    ) throws(ZlibError) -> Bool {
        if page.recipe.isShared {
            guard let whole = self.memo.page(self.key(of: page.recipe, coding, dictionary)) else { return false }
            output.writeImmutableBuffer(whole)
            return true
        }
        guard self.settings.personal == .joined else { return false }
        return try self.joiner.writeRemembered(page.recipe, personal: page.personal, into: &output)
    }

    /// Writes the compressed form of a page, and remembers what other answers may need of it.
    func write(
        _ page: RecordedPage,
        _ coding: ContentCoding,
        _ dictionary: SharedDictionary?,
        into output: inout ByteBuffer
    ) throws {
        if page.recipe.isShared {
            try self.writeShared(page, coding, dictionary, into: &output)
        } else if self.settings.personal == .joined {
            try self.joiner.write(page.bytes, page.recipe, into: &output)
        } else {
            self.whole.reset()
            try output.writeDeflated(page.bytes.readableBytesSpan, flush: .finish, through: &self.whole)
        }
    }

    private func writeShared(
        _ page: RecordedPage,
        _ coding: ContentCoding,
        _ dictionary: SharedDictionary?,
        into output: inout ByteBuffer
    ) throws {
        let key = self.key(of: page.recipe, coding, dictionary)
        if let whole = self.memo.page(key) {
            output.writeImmutableBuffer(whole)
            return
        }
        // What is asked for once is not worth much effort.
        let isKept = self.memo.admits(key)
        let start = output.writerIndex
        if coding == .dictionaryZstd, let dictionary {
            try dictionary.write(page.bytes.readableBytesSpan, through: &self.zstd, into: &output)
        } else {
            try self.compress(page.bytes.readableBytesSpan, coding, isKept ? .kept : .passing, into: &output)
        }
        if isKept, let compressed = output.getSlice(at: start, length: output.writerIndex - start) {
            self.memo.insert(key, page: compressed.copiedExactly())
        }
    }

    /// How much time a compressed page is worth.
    private enum Effort {
        /// It is sent once.
        case passing
        /// It is remembered, and sent many times.
        case kept
    }

    private func compress(
        _ text: RawSpan,
        _ coding: ContentCoding,
        _ effort: Effort,
        into output: inout ByteBuffer
    ) throws {
        switch (coding, effort) {
        case (.brotli, .passing): try output.writeBrotli(text, Brotli.Settings(quality: 1, windowBits: 18))
        case (.brotli, .kept): try output.writeBrotli(text, Brotli.Settings(quality: 5, windowBits: 22))
        case (.zstd, .passing): try output.writeZstd(text, level: 1, through: &self.zstd)
        case (.zstd, .kept): try output.writeZstd(text, level: 12, through: &self.zstd)
        case (.gzip, .passing):
            self.quick.reset()
            try output.writeDeflated(text, flush: .finish, through: &self.quick)
        case (_, _):
            self.whole.reset()
            try output.writeDeflated(text, flush: .finish, through: &self.whole)
        }
    }

    private func key(
        of recipe: PageRecipe,
        _ coding: ContentCoding,
        _ dictionary: SharedDictionary?
    ) -> CacheKey {
        let key = self.hasher.mix(recipe.runs[0].key, CacheKey(high: 1, low: UInt64(coding.rawValue)))
        guard coding == .dictionaryZstd, let dictionary else { return key }
        return self.hasher.mix(key, self.hasher.hash(dictionary.linkLine))
    }

    // MARK: Streams

    /// Begins an answer that is sent as it comes.
    func beginStream() throws(ZlibError) -> StreamingCompressor { try self.streams.take() }

    /// Takes back the compressor of an answer that is over, finished or not.
    func endStream(_ stream: StreamingCompressor) { self.streams.giveBack(stream) }
}

extension StreamingCompressor {
    /// Compresses the next part of a page, all of which the client can then read.
    func append(_ part: RecordedPage, to output: inout ByteBuffer) throws(ZlibError) {
        var rest = part.bytes
        for run in part.recipe.runs {
            guard let text = rest.readSlice(length: run.length) else { break }
            if run.nature == .personal { try self.isolate(to: &output) }
            try self.append(text.readableBytesSpan, to: &output)
            if run.nature == .personal { try self.isolate(to: &output) }
        }
        try self.flush(to: &output)
    }
}
