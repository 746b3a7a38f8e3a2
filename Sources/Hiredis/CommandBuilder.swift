import CHiredis

/// Formats commands for Redis.
///
/// Arguments are appended one after the other, and the command is formatted whole; the builder can then be used again
/// and keeps its memory.
package struct CommandBuilder {
    private var bytes: [UInt8] = []
    private var lengths: [Int] = []

    package init() {}

    /// The number of arguments, the name of the command among them.
    package var argumentCount: Int { self.lengths.count }

    /// Appends an argument.
    package mutating func append(_ argument: String) {
        let start = self.bytes.count
        self.bytes.append(contentsOf: argument.utf8)
        self.lengths.append(self.bytes.count - start)
    }

    /// Appends an argument that is made of two parts.
    package mutating func append(_ prefix: String, _ rest: String) {
        let start = self.bytes.count
        self.bytes.append(contentsOf: prefix.utf8)
        self.bytes.append(contentsOf: rest.utf8)
        self.lengths.append(self.bytes.count - start)
    }

    /// Appends an argument of any bytes.
    package mutating func append(bytes argument: RawSpan) {
        argument.withUnsafeBytes { self.bytes.append(contentsOf: $0) }
        self.lengths.append(argument.byteCount)
    }

    /// Formats the command for `body`, whose bytes are valid during the call only.
    ///
    /// - Throws: ``CommandError`` when there are no arguments, or no memory.
    package func format<Result>(_ body: (RawSpan) -> Result) throws(CommandError) -> Result {
        guard !self.lengths.isEmpty, let count = Int32(exactly: self.lengths.count) else {
            throw CommandError(code: .argumentCount)
        }
        var command: UnsafeMutablePointer<CChar>?
        let length = self.bytes.withUnsafeBytes { bytes in
            // A command of empty arguments only has no bytes to point to.
            let base = bytes.baseAddress.map { $0.assumingMemoryBound(to: CChar.self) }
            var offset = 0
            var arguments: [UnsafePointer<CChar>?] = []
            arguments.reserveCapacity(self.lengths.count)
            for length in self.lengths {
                arguments.append(base.map { $0 + offset })
                offset += length
            }
            return redisFormatCommandArgv(&command, count, &arguments, self.lengths)
        }
        guard length >= 0, let command else { throw CommandError(code: .outOfMemory) }
        defer { redisFreeCommand(command) }
        return body(UnsafeRawBufferPointer(start: command, count: Int(length)).bytes)
    }

    /// Begins the next command; the memory of a large one is given back.
    package mutating func removeAll() {
        self.bytes.removeAll(keepingCapacity: self.bytes.capacity <= Self.keptCapacity)
        self.lengths.removeAll(keepingCapacity: true)
    }

    private static let keptCapacity = 64 << 10
}

/// Why a command cannot be formatted.
package struct CommandError: Error, Hashable, Sendable {
    package enum Code: Hashable, Sendable {
        /// No argument, or more than a C `int` counts.
        case argumentCount
        /// hiredis found no memory.
        case outOfMemory
    }

    package let code: Code

    package init(code: Code) {
        self.code = code
    }
}
