/// Path patterns as a tree of segments; of two that match a path, the one with the earlier literal segment wins.
struct RouteTree: Sendable {
    private struct Node: Sendable {
        /// The children for literal segments: their names lead to node indices.
        var table = ByteTable([])
        /// The child for a segment of any text.
        var capture: Int?
        /// The page whose path ends here.
        var page: Int?
        /// The page that takes every path from here on.
        var rest: Int?
    }

    private var nodes: [Node] = [Node()]

    init(_ patterns: [(pattern: PathPattern, page: Int)]) {
        var literals: [[[UInt8]: Int]] = [[:]]
        for (pattern, page) in patterns { self.insert(pattern, page: page, &literals) }
        for index in self.nodes.indices {
            self.nodes[index].table = ByteTable(
                literals[index].map { (String(decoding: $0.key, as: UTF8.self), $0.value) }
            )
        }
    }

    /// Enters a pattern; `literals` holds each node's children by the bytes of their names.
    private mutating func insert(_ pattern: PathPattern, page: Int, _ literals: inout [[[UInt8]: Int]]) {
        var node = 0
        for segment in pattern.segments {
            switch segment {
            case .literal(let name):
                let name = Array(name.utf8)
                if let child = literals[node][name] {
                    node = child
                } else {
                    literals[node][name] = self.nodes.count
                    literals.append([:])
                    node = self.addNode()
                }
            case .capture:
                if let child = self.nodes[node].capture {
                    node = child
                } else {
                    self.nodes[node].capture = self.nodes.count
                    literals.append([:])
                    node = self.addNode()
                }
            case .rest:
                if self.nodes[node].rest == nil { self.nodes[node].rest = page }
                return
            }
        }
        if self.nodes[node].page == nil { self.nodes[node].page = page }
    }

    private mutating func addNode() -> Int {
        self.nodes.append(Node())
        return self.nodes.count - 1
    }

    /// The page for a path, and what its captures took.
    func match(_ path: ByteRange, in bytes: Span<UInt8>) -> (page: Int, captures: Captures)? {
        var captures = Captures()
        guard
            let page = self.match(
                node: 0,
                from: path.range.lowerBound,
                to: path.range.upperBound,
                in: bytes,
                &captures
            )
        else { return nil }
        return (page, captures)
    }

    /// Matches from `start`, which is at a slash or at the end.
    private func match(
        node index: Int,
        from start: Int,
        to end: Int,
        in bytes: Span<UInt8>,
        _ captures: inout Captures
    ) -> Int? {
        // "/" is the root itself, without a segment.
        if start >= end || (index == 0 && end - start == 1) { return self.nodes[index].page ?? self.nodes[index].rest }
        var segmentEnd = start + 1
        while segmentEnd < end, bytes[segmentEnd] != .slash { segmentEnd += 1 }
        let segment = ByteRange(offset: start + 1, length: segmentEnd - start - 1)
        if let child = self.nodes[index].table.value(of: segment, in: bytes),
            let page = self.match(node: child, from: segmentEnd, to: end, in: bytes, &captures)
        {
            return page
        }
        if let child = self.nodes[index].capture, !segment.isEmpty {
            let count = captures.count
            captures.append(segment)
            if let page = self.match(node: child, from: segmentEnd, to: end, in: bytes, &captures) { return page }
            captures.shorten(to: count)
        }
        return self.nodes[index].rest
    }
}
