import Foundation
import Synchronization

/// Where messages to members go in the development set-up: a file, a line of JSON for each.
final class Outbox: Sendable {
    /// A message.
    struct Message: Codable, Sendable, Equatable {
        let to: String
        let subject: String
        let text: String
        /// What the text asks to be opened.
        let link: String
        /// In seconds since 1970.
        let sentAt: Int64
    }

    private let file: URL
    private let lock = Mutex(())

    /// An outbox in a file, which only its owner can read.
    ///
    /// - Throws: When the file can be neither found nor made.
    init(file: URL) throws {
        self.file = file
        if !FileManager.default.fileExists(atPath: file.path) {
            let isMade = FileManager.default.createFile(
                atPath: file.path,
                contents: nil,
                attributes: [.posixPermissions: 0o600]
            )
            guard isMade else { throw CocoaError(.fileWriteUnknown) }
        }
        try FileHandle(forWritingTo: file).close()
    }

    /// Puts a message after the others.
    func send(_ message: Message) throws {
        try lock.withLock { _ in
            let handle = try FileHandle(forWritingTo: file)
            try handle.seekToEnd()
            try handle.write(contentsOf: Data(try stableJSON(message) + [UInt8(ascii: "\n")]))
            try handle.close()
        }
    }

    /// The latest messages, the newest first.
    func latest(_ limit: Int) throws -> [Message] {
        let bytes = try lock.withLock { _ in try Data(contentsOf: file) }
        let decoder = JSONDecoder()
        return try bytes.split(separator: UInt8(ascii: "\n")).suffix(limit).reversed()
            .map { try decoder.decode(Message.self, from: Data($0)) }
    }
}
