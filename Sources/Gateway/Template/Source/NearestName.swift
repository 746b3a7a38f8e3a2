/// Finds which of several names somebody may have meant.
enum NearestName {
    /// Names longer than this are not compared; nobody mistypes a name that long by a letter.
    private static let longest = 64

    /// `did you mean "upper"?`, or nil when no candidate is close.
    static func suggestion(for name: String, among candidates: some Sequence<String>) -> String? {
        nearest(to: name, among: candidates).map { "did you mean \"\($0)\"?" }
    }

    /// The candidate with the fewest edits to the name, at most a third of its length; nil when none is that close.
    static func nearest(to name: String, among candidates: some Sequence<String>) -> String? {
        let wanted = Array(name.utf8.map(lowercased))
        guard !wanted.isEmpty, wanted.count <= longest else { return nil }
        var best: (name: String, edits: Int)?
        for candidate in candidates where candidate != name && candidate.utf8.count <= longest {
            let edits = distance(wanted, Array(candidate.utf8.map(lowercased)))
            guard edits <= max(1, wanted.count / 3) else { continue }
            if let best, (best.edits, best.name) <= (edits, candidate) { continue }
            best = (candidate, edits)
        }
        return best?.name
    }

    /// Insertions, deletions, replacements and swaps of neighbours that lead from one to the other.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforePrevious: [Int] = []
        var previous = Array(0...right.count)
        for (row, byte) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                var edits = min(
                    previous[column + 1] + 1,
                    current[column] + 1,
                    previous[column] + (byte == other ? 0 : 1)
                )
                if row > 0, column > 0, byte == right[column - 1], left[row - 1] == other {
                    edits = min(edits, beforePrevious[column - 1] + 1)
                }
                current.append(edits)
            }
            (beforePrevious, previous) = (previous, current)
        }
        return previous[right.count]
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
