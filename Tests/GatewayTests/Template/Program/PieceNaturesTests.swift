import FragmentProtocol
import Testing

@testable import Gateway

@Suite struct PieceNaturesTests {
    @Test(
        arguments: [
            ("{{ now | date(\"%Y\") }}", [.common]),
            ("{{ query.q }}{{ path.slug }}{{ request.url }}{{ page.title }}", Array(repeating: .reflecting, count: 4)),
            ("{{ user.name }}{{ form.values.x }}{{ errors.x }}", Array(repeating: .personal, count: 3)),
            ("{% data d = \"a/b\" %}{{ d.x }}", [.common]),
            ("{% data d = \"a/b\" with q=query.q %}{{ d.x }}", [.reflecting]),
            ("{% data d = \"me/b\" %}{{ d.x }}{{ d.y[0] | upper }}", [.personal, .personal]),
            (
                "{% data d = \"me/b\" %}{% for x in d.list %}{{ x.y }}{{ loop.index }}{% endfor %}",
                [.personal, .common]
            ),
            ("{% data d = \"me/b\" %}{% set n = d.x %}{% set m = n %}{{ m }}", [.personal]),
            ("{% for q in [query.q] %}{{ q }}{% endfor %}", [.reflecting]),
            ("{{ query.q if user else \"-\" }}{{ [query.q, user.name] | join(\",\") }}", [.personal, .personal]),
            ("{{ query.q | default(user.name) }}{{ not query.q }}", [.personal, .reflecting]),
            ("{% set x = 1 %}{% for i in [1, 2] %}{{ x }}{% set x = query.q %}{% endfor %}", [.reflecting]),
            ("{% data p = \"a/b\" %}{% fragment \"me/b\" primary %}{{ page.title }}", [.personal]),
        ] as [(String, [PieceNature])]
    )
    func followValuesToWhereTheyArePrinted(template: String, natures: [PieceNature]) throws {
        let program = try templateProgram(
            template,
            options: TemplateCompilerOptions(isPersonal: { $0.service == "me" })
        )
        let printed = program.instructions.compactMap { instruction in
            if case .print(_, _, let nature) = instruction { nature } else { nil }
        }
        #expect(printed == natures)
    }
}
