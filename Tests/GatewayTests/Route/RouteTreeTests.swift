import Testing

@testable import Gateway

@Suite struct RouteTreeTests {
    private static func pattern(_ text: String) -> PathPattern {
        PathPattern(
            segments: text.split(separator: "/").map { segment in
                if segment == "*" { return .rest }
                return segment.hasPrefix("{")
                    ? .capture(String(segment.dropFirst().dropLast())) : .literal(String(segment))
            }
        )
    }

    private static func match(_ tree: RouteTree, _ path: String) -> (page: Int, captures: [String])? {
        let bytes = Array("GET \(path) x".utf8)
        guard let (page, captures) = tree.match(ByteRange(offset: 4, length: path.utf8.count), in: bytes.span) else {
            return nil
        }
        return (page, (0..<captures.count).map { bytes.span.string(at: captures[$0]) })
    }

    private static let patterns = [
        "/", "/posts", "/posts/{slug}", "/posts/new", "/posts/{slug}/edit", "/{any}/{other}/edit", "/files/*",
        "/files/{name}/info", "/a/b/c/{d}",
        "/a/{b}/c/d/e",
    ]

    @Test(
        arguments: [
            ("/", 0, []), ("/posts", 1, []), ("/posts/x", 2, ["x"]), ("/posts/new", 3, []),
            ("/posts/new/edit", 4, ["new"]), ("/x/y/edit", 5, ["x", "y"]),
            ("/files", 6, []), ("/files/", 6, []), ("/files/a/b", 6, []), ("/files/a/info", 7, ["a"]),
            ("/files/a/info/x", 6, []), ("/a/b/c/d", 8, ["d"]),
            ("/a/b/c/d/e", 9, ["b"]), ("/posts/", nil, []), ("/posts//edit", nil, []), ("/nothing", nil, []),
            ("/posts/x/y", nil, []), ("/Posts", nil, []),
        ] as [(String, Int?, [String])]
    )
    func picksTheMostParticular(path: String, page: Int?, captures: [String]) {
        let tree = RouteTree(Self.patterns.enumerated().map { (Self.pattern($0.element), $0.offset) })
        let found = Self.match(tree, path)
        #expect(found?.page == page)
        #expect(found?.captures ?? [] == captures)
    }

    /// The pages' patterns one by one: the captures when the path fits, and the kinds of segments to compare by.
    private static func fits(_ pattern: PathPattern, _ path: String) -> (kinds: [Int], captures: [String])? {
        let parts =
            path == "/" ? [] : path.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        var kinds: [Int] = []
        var captures: [String] = []
        for (index, segment) in pattern.segments.enumerated() {
            if segment == .rest { return (kinds + [3], captures) }
            guard index < parts.count else { return nil }
            switch segment {
            case .literal(let text):
                guard text == parts[index] else { return nil }
                kinds.append(1)
            case .capture:
                guard !parts[index].isEmpty else { return nil }
                kinds.append(2)
                captures.append(parts[index])
            case .rest: break
            }
        }
        return parts.count == pattern.segments.count ? (kinds, captures) : nil
    }

    @Test(arguments: 0..<8) func agreesWithTryingEveryPattern(seed: Int) {
        var random = RepeatableGenerator(seed: UInt64(seed))
        let names = ["a", "b", "c"]
        for _ in 0..<200 {
            var patterns: [PathPattern] = []
            for _ in 0..<Int.random(in: 0..<12, using: &random) {
                var segments: [PathPattern.Segment] = []
                for _ in 0..<Int.random(in: 0..<5, using: &random) {
                    segments.append(
                        Bool.random(using: &random)
                            ? .capture("x") : .literal(names.randomElement(using: &random) ?? "")
                    )
                }
                if Int.random(in: 0..<4, using: &random) == 0 { segments.append(.rest) }
                patterns.append(PathPattern(segments: segments))
            }
            let tree = RouteTree(patterns.enumerated().map { ($0.element, $0.offset) })
            for _ in 0..<20 {
                let parts = (0..<Int.random(in: 0..<6, using: &random)).map { _ in
                    (names + ["d", ""]).randomElement(using: &random) ?? ""
                }
                let path = "/" + parts.joined(separator: "/")
                var best: (page: Int, kinds: [Int], captures: [String])?
                for (page, pattern) in patterns.enumerated() {
                    guard let (kinds, captures) = Self.fits(pattern, path) else { continue }
                    if let present = best, !kinds.lexicographicallyPrecedes(present.kinds) { continue }
                    best = (page, kinds, captures)
                }
                let found = Self.match(tree, path)
                #expect(found?.page == best?.page, "\(path) in \(patterns)")
                #expect(found?.captures == best?.captures, "\(path) in \(patterns)")
            }
        }
    }
}
