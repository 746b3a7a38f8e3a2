import NIOCore
import Zlib

/// Compresses pages that hold something personal, each as one gzip member.
///
/// What is shared is deflated once and remembered; what is personal is deflated for each answer. A personal part refers
/// to itself, and to common text right before it; never to another personal part, nor to what a request may have
/// chosen. What is shared refers to all that is shared before it, over the personal parts in between: for that it is
/// remembered for each row of their lengths that is seen more than once. Where the lengths are new, a form that refers
/// to nothing before it stands in.
final class PersonalDeflater {
    private let memo: CompressedMemo
    private var runs: DeflateStream
    private var parts: DeflateStream
    /// Storage for one page's runs, and for one dictionary.
    private var found: ContiguousArray<DeflatedRun> = []
    private var dictionary = ByteBuffer()

    /// The settings for personal parts: 64 KB, and a window for a part of some kilobytes and the tail before it.
    ///
    /// Of two parts of 2 KB in a page of 17 KB, level 6 would be 1 % smaller and take a third longer.
    static let partSettings = DeflateSettings(framing: .raw, level: 3, windowBits: 13, memoryLevel: 6)
    /// Personal parts up to this size, such as tokens and numbers, are stored: deflated they take more bytes.
    private static let storedLimit = 64
    /// What stands for personal bytes in a dictionary: a byte that UTF-8 does not have, and so no text refers to.
    private static let gap: UInt8 = 0xff
    /// As far as a reference reaches back.
    private static let window = 32 << 10

    /// - Parameters:
    ///   - level: the effort for what is remembered.
    ///   - memo: remembers it.
    /// - Throws: that there is no memory for a stream.
    init(level: Int32, memo: CompressedMemo) throws(ZlibError) {
        self.memo = memo
        self.runs = try DeflateStream(DeflateSettings(framing: .raw, level: level))
        self.parts = try DeflateStream(Self.partSettings)
    }

    /// Writes a page of which the personal parts alone are at hand; false, and nothing is written, when a run is not
    /// remembered, or ought to be remembered from now on in the form for its place.
    func writeRemembered(
        _ recipe: PageRecipe,
        personal: ContiguousArray<ByteBuffer>,
        into output: inout ByteBuffer
    ) throws(ZlibError) -> Bool {
        self.found.removeAll(keepingCapacity: true)
        var place = RunPlace(recipe)
        for run in recipe.runs {
            if run.nature != .personal {
                guard let deflated = self.remembered(run, at: place) else { return false }
                self.found.append(deflated)
            }
            place.pass(run)
        }
        var member = JoinedGzip(into: &output)
        var tail = ByteBuffer()
        var nextRun = self.found.startIndex
        var nextPart = personal.startIndex
        for run in recipe.runs {
            if run.nature == .personal {
                let part = personal[nextPart]
                try self.append(part: part.readableBytesSpan, after: tail, to: &member, &output)
                nextPart += 1
                tail.clear()
            } else {
                member.append(self.found[nextRun], to: &output)
                tail = self.found[nextRun].tail(of: run)
                nextRun += 1
            }
        }
        member.finish(into: &output)
        return true
    }

    /// Writes a page that is at hand as a whole, and remembers what other answers may need of it.
    func write(_ page: ByteBuffer, _ recipe: PageRecipe, into output: inout ByteBuffer) throws(ZlibError) {
        var member = JoinedGzip(into: &output)
        var place = RunPlace(recipe)
        var tail = ByteBuffer()
        var offset = 0
        for run in recipe.runs {
            if run.nature == .personal {
                let text = page.readableBytesSpan.extracting(offset..<offset + run.length)
                try self.append(part: text, after: tail, to: &member, &output)
                tail.clear()
            } else {
                let deflated = try self.deflated(run, at: place, offset, page, recipe)
                member.append(deflated, to: &output)
                tail = deflated.tail(of: run)
            }
            place.pass(run)
            offset += run.length
        }
        member.finish(into: &output)
    }

    /// The form of a run that will do; nil also when the form for its place is now worth its making.
    private func remembered(_ run: PageRecipe.Run, at place: RunPlace) -> DeflatedRun? {
        guard let key = place.placedKey(of: run) else { return self.memo.run(place.aloneKey(of: run)) }
        if let deflated = self.memo.run(key) { return deflated }
        guard let alone = self.memo.run(place.aloneKey(of: run)) else { return nil }
        return self.memo.admits(key) ? nil : alone
    }

    /// The form of a run that is remembered, or one that is made now and remembered when it is wanted again.
    private func deflated(
        _ run: PageRecipe.Run,
        at place: RunPlace,
        _ offset: Int,
        _ page: ByteBuffer,
        _ recipe: PageRecipe
    ) throws(ZlibError) -> DeflatedRun {
        let text = page.readableBytesSpan.extracting(offset..<offset + run.length)
        let hasTail = run.nature == .common
        if let key = place.placedKey(of: run) {
            if let deflated = self.memo.run(key) { return deflated }
            if self.memo.admits(key) {
                self.dictionary.clear()
                // A reference to a gap would be read as what is personal.
                if !text.contains(Self.gap) { self.fillDictionary(before: offset, page, recipe) }
                let dictionary = self.dictionary
                let deflated = try DeflatedRun(
                    deflating: text,
                    after: dictionary.readableBytesSpan,
                    hasTail: hasTail,
                    through: &self.runs
                )
                self.memo.insert(key, run: deflated)
                return deflated
            }
        }
        let key = place.aloneKey(of: run)
        if let deflated = self.memo.run(key) { return deflated }
        guard self.memo.admits(key) else {
            // What is asked for once is not worth much effort.
            return try DeflatedRun(deflating: text, hasTail: hasTail, through: &self.parts)
        }
        let deflated = try DeflatedRun(deflating: text, hasTail: hasTail, through: &self.runs)
        self.memo.insert(key, run: deflated)
        return deflated
    }

    /// Makes the dictionary of what stands before a place, with gaps for what is personal.
    private func fillDictionary(before end: Int, _ page: ByteBuffer, _ recipe: PageRecipe) {
        let start = max(0, end - Self.window)
        var offset = 0
        for run in recipe.runs {
            let range = max(offset, start)..<max(min(offset + run.length, end), start)
            if run.nature == .personal {
                self.dictionary.writeRepeatingByte(Self.gap, count: range.count)
            } else {
                self.dictionary.writeBytes(page.readableBytesSpan.extracting(range))
            }
            offset += run.length
            if offset >= end { break }
        }
    }

    /// Compresses what belongs to one person.
    private func append(
        part text: RawSpan,
        after tail: ByteBuffer,
        to member: inout JoinedGzip,
        _ output: inout ByteBuffer
    ) throws(ZlibError) {
        member.append(deflated: text)
        if text.byteCount <= Self.storedLimit {
            output.writeStoredBlock(text)
        } else {
            self.parts.reset()
            try self.parts.setDictionary(tail.readableBytesSpan)
            try output.writeDeflated(text, flush: .sync, through: &self.parts)
        }
    }
}

extension DeflatedRun {
    /// What a personal part right after the run may refer to.
    ///
    /// The same text can be common in one page, and in another one something that a request has chosen.
    fileprivate func tail(of run: PageRecipe.Run) -> ByteBuffer {
        run.nature == .common ? self.tail : ByteBuffer()
    }
}

extension RawSpan {
    /// Whether a byte occurs; eight bytes at a time.
    fileprivate func contains(_ byte: UInt8) -> Bool {
        let pattern = UInt64(byte) &* 0x0101_0101_0101_0101
        var offset = 0
        while offset &+ 8 <= self.byteCount {
            // In bounds: offset + 8 <= byteCount, and every bit pattern is a UInt64.
            let word = unsafe self.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self) ^ pattern
            // The classic test for a zero byte in a word (Hacker's Delight, 6-1).
            if (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080 != 0 { return true }
            offset &+= 8
        }
        while offset < self.byteCount {
            // In bounds: offset < byteCount.
            if unsafe self.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self) == byte { return true }
            offset &+= 1
        }
        return false
    }
}
