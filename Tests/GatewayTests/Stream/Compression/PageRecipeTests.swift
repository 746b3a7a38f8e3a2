import FragmentProtocol
import NIOCore
import Testing

@testable import Gateway

@Suite struct PageRecipeTests {
    private enum Piece {
        case text(Range<Int>)
        case fragment(String, PieceNature = .common)
    }

    private static let hasher = FragmentSamples.hasher
    private static let text = hasher.hash("static text")

    private static func recipe(_ pieces: [Piece], text: CacheKey = Self.text) -> PageRecipe {
        var recipe = PageRecipe(text: text, hasher: hasher)
        for piece in pieces {
            switch piece {
            case .text(let range): recipe.add(text: range)
            case .fragment(let body, let nature): recipe.add(hasher.hash(body), length: body.utf8.count, nature)
            }
        }
        return recipe
    }

    @Test func aPageOfSharedPiecesIsOneRun() {
        let recipe = Self.recipe([.text(0..<10), .fragment("abc"), .text(10..<12), .fragment("de", .reflecting)])
        #expect(recipe.isShared)
        #expect(recipe.runs.map(\.length) == [17])
        #expect(recipe.runs.map(\.nature) == [.reflecting])
        #expect(recipe.length == 17)
    }

    @Test func eachPersonalPieceIsARunOfItsOwn() {
        let recipe = Self.recipe([
            .text(0..<10), .fragment("mine", .personal), .fragment("too", .personal), .text(10..<12), .fragment("de"),
        ])
        #expect(!recipe.isShared)
        #expect(recipe.runs.map(\.length) == [10, 4, 3, 4])
        #expect(recipe.runs.map(\.nature) == [.common, .personal, .personal, .common])
        #expect(recipe.length == 21)
    }

    @Test func piecesWithoutBytesLeaveNoTrace() {
        let empty = Self.recipe([])
        #expect(empty.runs.isEmpty && empty.length == 0 && !empty.isShared)
        #expect(Self.recipe([.text(0..<4), .fragment("")]).runs == Self.recipe([.text(0..<4)]).runs)
        #expect(Self.recipe([.text(0..<4), .fragment("", .personal), .text(4..<5)]).isShared)
    }

    @Test(
        arguments: [
            ([.text(0..<10)], [.text(0..<11)]),
            ([.text(0..<10)], [.text(1..<10)]),
            ([.text(0..<10), .text(10..<20)], [.text(10..<20), .text(0..<10)]),
            ([.fragment("a")], [.fragment("b")]),
            ([.fragment("a"), .fragment("b")], [.fragment("b"), .fragment("a")]),
            ([.fragment("a"), .fragment("b")], [.fragment("a")]),
            ([.text(0..<4), .fragment("a")], [.fragment("a"), .text(0..<4)]),
        ] as [([Piece], [Piece])]
    )
    private func anotherPageHasAnotherKey(one: [Piece], other: [Piece]) {
        #expect(Self.recipe(one).runs[0].key != Self.recipe(other).runs[0].key)
        #expect(Self.recipe(one).runs == Self.recipe(one).runs)
    }

    @Test func anotherTemplateHasAnotherKey() {
        let pieces = [Piece.text(0..<4)]
        let other = Self.recipe(pieces, text: Self.hasher.hash("other text"))
        #expect(Self.recipe(pieces).runs[0].key != other.runs[0].key)
    }

    @Test func storageServesOnePageAfterTheOther() {
        var second = Self.recipe([.text(0..<4), .fragment("x", .personal)], text: Self.hasher.hash("other text"))
        second.begin(text: Self.text)
        second.add(text: 0..<4)
        #expect(second.runs == Self.recipe([.text(0..<4)]).runs)
        #expect(second.length == 4)
    }

    /// What is written down and what is not have one recipe.
    @Test func bothOutputsAgree() throws {
        let program = try templateProgram(
            """
            <title>{{ site.name }}</title>{% fragment "a/b" %}{{ query.q }}{% csrf %}{% fragment "a/c" with x=query.q %}
            {% data d = "me/data" %}{{ d.name }}{% for item in d.list %}{{ item }}{% endfor %}
            """,
            options: TemplateCompilerOptions(isPersonal: { $0.service == "me" })
        )
        let host = FakePageHost(
            fragments: ["a/b": "<p>b</p>", "a/c": "<p>c</p>"],
            data: ["me/data": ["name": "N", "list": [1, 2]]],
            roots: [.query: ["q": "<&>"], .session: ["csrf": "token"], .site: ["name": "S"]]
        )
        let recipe = PageRecipe(text: Self.hasher.hash(program.staticText), hasher: Self.hasher)
        var written = RecordedPage(recipe)
        var unwritten = RecipeOutput(recipe)
        for _ in 0..<2 {
            unwritten.begin(text: Self.hasher.hash(program.staticText))
            var (machine, first, second) = (PageMachine(program), host, host)
            #expect(machine.run(into: &unwritten, host: &first) == .finished)
            guard written.bytes.readableBytes == 0 else { continue }
            machine = PageMachine(program)
            #expect(machine.run(into: &written, host: &second) == .finished)
        }
        #expect(String(buffer: written.bytes) == runPage(program, host).output)
        #expect(written.recipe.runs == unwritten.recipe.runs)
        #expect(written.recipe.length == written.bytes.readableBytes)
        var offset = 0
        var personal: [ByteBuffer] = []
        for run in written.recipe.runs {
            if run.nature == .personal {
                personal.append(try #require(written.bytes.getSlice(at: offset, length: run.length)))
            }
            offset += run.length
        }
        #expect(personal == Array(unwritten.personal))
        #expect(personal.map { String(buffer: $0) } == ["token", "N", "1", "2"])
    }
}
