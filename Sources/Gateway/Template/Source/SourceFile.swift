/// A place in one of the files being compiled.
struct SourcePlace: Hashable, Sendable {
    /// The file's number among the sources.
    let file: Int
    /// The byte in the file, from 0.
    let offset: Int
}

/// A template file, as bytes and lines.
struct SourceFile: Sendable {
    /// The path within the templates' folder.
    let path: String
    /// The text in UTF-8, without a byte order mark.
    let bytes: [UInt8]
    /// The byte at which each line begins.
    private let lineStarts: [Int]

    init(_ source: TemplateSource) {
        var bytes = Array(source.text.utf8)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
        self.path = source.path
        self.bytes = bytes
        self.lineStarts = [0] + bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
    }

    /// The line and column of a byte.
    func position(of offset: Int) -> TemplatePosition {
        let line = lineStarts.lastIndex { $0 <= offset } ?? 0
        let before = bytes[lineStarts[line]..<min(offset, bytes.count)]
        return TemplatePosition(path: path, line: line + 1, column: String(decoding: before, as: UTF8.self).count + 1)
    }

    /// A line, from 1, without its end.
    func line(_ line: Int) -> String {
        guard lineStarts.indices.contains(line - 1) else { return "" }
        let rest = bytes[lineStarts[line - 1]...]
        let end = rest.firstIndex { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") } ?? rest.endIndex
        return String(decoding: rest[..<end], as: UTF8.self)
    }
}
