import Logging
import NIOCore

/// Pages whose every part is in memory.
extension PagePipeline {
    /// Storage that a page has made larger than this is not kept for the next.
    private static let outputLimit = 4 << 20

    /// Sends a page whose every part is in memory: one pass over its program, one buffer, one write.
    @inline(__always)
    func sendWarm(
        _ request: PageRequest,
        site: Site,
        codings: PageCompressor.Choice,
        cookie: String?,
        _ connection: Connection
    ) -> Bool {
        let page = request.page
        var warm = WarmPage(
            request: request,
            site: site,
            resolver: self.resolver,
            timing: PageTiming(ofMemory: page.memoryTimings)
        )
        self.beginOutput(page)
        var coding = ContentCoding.identity
        let tag: PageTag
        if codings.shared != .identity {
            guard let chosen = self.writeCompressed(&warm, codings) else { return false }
            coding = chosen
            tag = self.tagger.tag(of: self.recipeOutput.recipe)
        } else {
            guard let version = self.writePlain(&warm) else { return false }
            tag = self.tagger.tag(of: version)
        }
        let isHeld = request.status == 200 && request.holds(tag)
        let head = PageHead(
            page: page,
            status: isHeld ? 304 : request.status,
            isHTTP10: request.head.isHTTP10,
            closes: connection.closesAfterAnswer,
            timing: warm.timing,
            coding: isHeld ? .identity : coding,
            tag: request.status == 200 ? tag : nil,
            dictionary: codings.offersDictionary ? site.dictionary : nil,
            cookie: cookie,
            dateLine: self.dateLine
        )
        self.headOutput.clear()
        if isHeld {
            head.writeNotModified(into: &self.headOutput)
            connection.send(self.headOutput)
            return true
        }
        let bodyLength = self.output.readableBytes
        let missing = self.headOutput.write(atMost: page.headRoom) {
            head.writeWhole(bodyLength: bodyLength, into: &$0)
        }
        if missing != nil { head.writeWhole(bodyLength: bodyLength, into: &self.headOutput) }
        if request.head.method == .head {
            connection.send(self.headOutput)
        } else {
            self.output.putInFront(self.headOutput)
            connection.send(self.output)
        }
        if self.output.capacity > Self.outputLimit { self.output = ByteBuffer() }
        return true
    }

    /// Empties the output, with room in front for the page's head.
    @inline(__always)
    private func beginOutput(_ page: SitePage, room: Int = 0) {
        self.output.clear(minimumCapacity: max(room, page.headRoom + page.program.staticText.readableBytes + 16 * 1024))
        self.output.moveWriterIndex(to: page.headRoom)
        self.output.moveReaderIndex(to: page.headRoom)
    }

    /// Writes the body of a page whose every part is in memory, and gives its version; nil when some part is not there.
    @inline(__always)
    private func writePlain(_ warm: inout WarmPage) -> PageVersion? {
        var isThere = false
        let room = self.output.writableBytes
        let text = warm.request.page.textKey
        var version = PageVersion(text: text, hasher: self.resolver.hasher)
        let needed = self.output.write(atMost: room) { writer in
            var output = TaggedOutput(writer, text: text, hasher: self.resolver.hasher)
            isThere = warm.write(into: &output)
            writer = output.writer
            version = output.version
        }
        guard isThere else { return nil }
        guard let needed else { return version }
        // Rare, since the storage is kept.
        self.beginOutput(warm.request.page, room: warm.request.page.headRoom + needed)
        warm.timing = PageTiming(ofMemory: warm.request.page.memoryTimings)
        return self.writePlain(&warm)
    }

    /// Writes the body of a page whose every part is in memory, compressed if that is worthwhile; nil when some part
    /// is not there.
    ///
    /// What the page is made of tells whether its compressed form is remembered, so that it need not be written down.
    private func writeCompressed(_ warm: inout WarmPage, _ codings: PageCompressor.Choice) -> ContentCoding? {
        self.recipeOutput.begin(text: warm.request.page.textKey)
        guard warm.write(into: &self.recipeOutput) else { return nil }
        if !warm.request.head.ifNoneMatch.isEmpty, warm.request.status == 200,
            warm.request.holds(self.tagger.tag(of: self.recipeOutput.recipe))
        {
            // No body is sent.
            return .identity
        }
        // A second pass would tell of the parts what the first has told.
        let timing = warm.timing
        defer { warm.timing = timing }
        let coding = codings.coding(of: self.recipeOutput.recipe)
        guard coding != .identity, self.compressor.isWorthwhile(self.recipeOutput.recipe.length) else {
            return self.writePlain(&warm).map { _ in .identity }
        }
        let start = self.output.writerIndex
        do {
            if try self.compressor.writeRemembered(
                self.recipeOutput,
                coding,
                codings.dictionary,
                into: &self.output
            ) {
                return coding
            }
            var page = RecordedPage(PageRecipe(text: warm.request.page.textKey, hasher: self.resolver.hasher))
            guard warm.write(into: &page) else { return nil }
            try self.compressor.write(page, coding, codings.dictionary, into: &self.output)
            return coding
        } catch {
            self.logger.error("an answer is not compressed", metadata: ["error": "\(error)"])
            self.output.moveWriterIndex(to: start)
            return self.writePlain(&warm).map { _ in .identity }
        }
    }
}
