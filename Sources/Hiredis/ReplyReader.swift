import CHiredis

/// Reads replies of Redis (RESP 2) out of bytes that come in pieces of any size.
///
/// The parts of a reply go to the visitor while it is read, and ``next()`` tells where one ends.
package final class ReplyReader {
    /// What ``next()`` found.
    package enum Step: Hashable, Sendable {
        /// A reply is complete; its parts have been visited.
        case reply
        /// There is no further complete reply; parts of one may have been visited.
        case needsMore
    }

    private let reader: UnsafeMutablePointer<redisReader>
    private let functions: UnsafeMutablePointer<redisReplyObjectFunctions>
    private let visitor: any ReplyVisitor
    private let maximumReplyBytes: Int
    private var failure: ReplyError?

    /// A reader that gives what it reads to `visitor`.
    ///
    /// - Parameters:
    ///   - visitor: what is told of every part.
    ///   - maximumReplyBytes: the most bytes that are held of replies that are not complete.
    package init(visitor: any ReplyVisitor, maximumReplyBytes: Int) {
        self.visitor = visitor
        self.maximumReplyBytes = maximumReplyBytes
        self.functions = .allocate(capacity: 1)
        self.functions.initialize(to: Self.replyFunctions)
        guard let reader = redisReaderCreateWithFunctions(self.functions) else {
            // As Swift's own allocations do.
            preconditionFailure("no memory for a reply reader")
        }
        self.reader = reader
        // hiredis gives its buffer back when it is empty and has more than this unused; its default of 16 KB would do
        // so after every read.
        reader.pointee.maxbuf = 1 << 20
        reader.pointee.privdata = Unmanaged.passUnretained(self).toOpaque()
    }

    deinit {
        redisReaderFree(self.reader)
        self.functions.deallocate()
    }

    /// The most bytes that are best fed at once: after each reply hiredis moves all that was fed and not read to the
    /// front, so that a read of many replies at once is moved many times.
    package static let bestFeed = 8 << 10

    /// Takes in bytes that were received.
    ///
    /// - Throws: ``ReplyError`` when an earlier call failed, or when an incomplete reply grows too large.
    package func feed(_ bytes: RawSpan) throws(ReplyError) {
        if let failure { throw failure }
        guard self.heldBytes + bytes.byteCount <= self.maximumReplyBytes else {
            throw self.fail(
                ReplyError(code: .tooLarge, message: "a reply of more than \(self.maximumReplyBytes) bytes")
            )
        }
        let result = bytes.withUnsafeBytes { buffer in
            redisReaderFeed(self.reader, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count)
        }
        guard result == REDIS_OK else { throw self.fail(self.readerError()) }
    }

    /// Reads one reply from what was fed.
    ///
    /// - Throws: ``ReplyError`` when the bytes are no reply; the reader cannot be used any more then.
    package func next() throws(ReplyError) -> Step {
        if let failure { throw failure }
        var reply: UnsafeMutableRawPointer?
        guard redisReaderGetReply(self.reader, &reply) == REDIS_OK else { throw self.fail(self.readerError()) }
        return reply == nil ? .needsMore : .reply
    }

    /// The bytes that have been fed and not been read.
    private var heldBytes: Int { self.reader.pointee.len - self.reader.pointee.pos }

    private func fail(_ error: ReplyError) -> ReplyError {
        self.failure = error
        return error
    }

    private func readerError() -> ReplyError {
        let message = withUnsafeBytes(of: &self.reader.pointee.errstr) {
            String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
        return ReplyError(code: self.reader.pointee.err == REDIS_ERR_OOM ? .outOfMemory : .malformed, message: message)
    }

    /// hiredis builds a reply with these: each gives the part to the visitor and returns an object that is none.
    private static let replyFunctions = redisReplyObjectFunctions(
        createString: { task, bytes, count in
            guard let task, let reader = ReplyReader.of(task) else { return nil }
            let kind: ReplyStringKind =
                switch task.pointee.type {
                case REDIS_REPLY_STATUS: .status
                case REDIS_REPLY_ERROR: .error
                default: .value
                }
            let string = UnsafeRawBufferPointer(start: bytes, count: count).bytes
            reader.visitor.visit(string: string, kind: kind, depth: ReplyReader.depth(of: task))
            return ReplyReader.placeholder
        },
        createArray: { task, count in
            guard let task, let reader = ReplyReader.of(task) else { return nil }
            reader.visitor.visit(arrayOf: Int(count), depth: ReplyReader.depth(of: task))
            return ReplyReader.placeholder
        },
        createInteger: { task, integer in
            guard let task, let reader = ReplyReader.of(task) else { return nil }
            reader.visitor.visit(integer: integer, depth: ReplyReader.depth(of: task))
            return ReplyReader.placeholder
        },
        createNil: { task in
            guard let task, let reader = ReplyReader.of(task) else { return nil }
            reader.visitor.visitNull(depth: ReplyReader.depth(of: task))
            return ReplyReader.placeholder
        },
        freeObject: { _ in }
    )

    /// Stands for every object: hiredis takes nil for a lack of memory, and looks at nothing behind the pointer.
    private static var placeholder: UnsafeMutableRawPointer? { UnsafeMutableRawPointer(bitPattern: 1) }

    private static func of(_ task: UnsafePointer<redisReadTask>) -> ReplyReader? {
        task.pointee.privdata.map { Unmanaged<ReplyReader>.fromOpaque($0).takeUnretainedValue() }
    }

    private static func depth(of task: UnsafePointer<redisReadTask>) -> Int {
        var depth = 0
        var parent = task.pointee.parent
        while let ancestor = parent {
            depth += 1
            parent = ancestor.pointee.parent
        }
        return depth
    }
}

/// Why replies cannot be read any further.
package struct ReplyError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        /// The bytes are not RESP 2.
        case malformed
        /// A reply is larger than allowed.
        case tooLarge
        /// hiredis found no memory.
        case outOfMemory
    }

    package let code: Code
    package let message: String

    package init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { self.message }

    package static func == (left: ReplyError, right: ReplyError) -> Bool { left.code == right.code }

    package func hash(into hasher: inout Hasher) { hasher.combine(self.code) }
}
