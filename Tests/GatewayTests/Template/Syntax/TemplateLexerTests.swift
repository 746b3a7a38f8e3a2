import Testing

@testable import Gateway

struct TemplateLexerTests {
    private func lex(_ text: String) -> [LexedTag] {
        var diagnostics = DiagnosticCollector(files: [SourceFile(TemplateSource(path: "a.html", text: text))])
        return TemplateLexer.lex(0, &diagnostics)
    }

    @Test func readsEachKindOfToken() throws {
        let tags = lex(
            "{{ name_1 \"a\\\"b\" 'c' 12 1.5 250ms 30s 5m 1h 1d == != <= >= < > = + - * / % ~ | . , ( ) [ ] }}"
        )
        guard case .print(let tokens) = try #require(tags.first).kind else { throw MissingProgram() }
        let symbols: [TemplateToken.Symbol] = [
            .equal, .notEqual, .lessOrEqual, .greaterOrEqual, .less, .greater, .assign, .plus, .minus, .times, .divide,
            .percent, .tilde, .pipe, .dot, .comma, .openParenthesis, .closeParenthesis, .openBracket, .closeBracket,
        ]
        #expect(
            tokens.map(\.kind) == [
                .name("name_1"), .string("a\"b"), .string("c"), .integer(12), .number(1.5),
                .duration(.milliseconds(250)),
                .duration(.seconds(30)), .duration(.seconds(300)), .duration(.seconds(3600)),
                .duration(.seconds(86_400)),
            ] + symbols.map { .symbol($0) } + [.end]
        )
        #expect(tokens[1].place.offset == 10)
        #expect(tokens[1].end == 16)
    }

    @Test(arguments: [
        ("a{# {{ x }} {% y %} #}b", "ab"), ("{% raw %}{{ x }} {% if %}{# #}{% endraw %}!", "{{ x }} {% if %}{# #}!"),
        ("{%raw%} {%   endraw   %} x", "  x"), ("{ { } } {", "{ { } } {"), ("a\u{FEFF}", "a\u{FEFF}"),
        ("\u{FEFF}a", "a"),
        ("{% raw %}{% endraw x %}{% endraw %}", "{% endraw x %}"), ("", ""), ("}} %} #}", "}} %} #}"),
        ("{{ \"}}\" }}{{ \"%}\" }}", "}}%}"), ("{{\n1\n}}", "1"), ("é{{ \"ü\" }}漢", "éü漢"),
    ])
    func cutsTextAtTags(text: String, expected: String) throws {
        #expect(try renderTemplate(text) == expected)
    }
}
