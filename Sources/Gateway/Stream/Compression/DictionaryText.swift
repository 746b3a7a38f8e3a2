import NIOCore

/// The text of a site's compression dictionary: what several templates have in common.
///
/// Static text alone, which is the same for everybody: nothing of a fragment, a request or a session is ever in it.
enum DictionaryText {
    /// The longest text; more would take browsers longer to get than it saves them.
    static let limit = 64 << 10
    /// Shorter lines are not worth a reference.
    private static let shortestLine = 8

    /// The lines that stand in at least two of the templates, in the order of the first that has each.
    static func text(ofTemplates texts: [ByteBuffer]) -> ByteBuffer {
        let lines = texts.map { $0.readableBytesView.split(separator: UInt8(ascii: "\n")).map(Array.init) }
        var counts: [[UInt8]: Int] = [:]
        for text in lines { for line in Set(text) { counts[line, default: 0] += 1 } }
        var result = ByteBuffer()
        var taken: Set<[UInt8]> = []
        for line in lines.joined() where line.count >= Self.shortestLine && counts[line, default: 0] > 1 {
            guard result.readableBytes + line.count < Self.limit, taken.insert(line).inserted else { continue }
            result.writeBytes(line)
            result.writeInteger(UInt8(ascii: "\n"))
        }
        return result
    }
}
