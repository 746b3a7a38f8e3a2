import Testing

@testable import Gateway

@Suite struct AnswerAddressTests {
    private static let base = AnswerAddress(
        service: "shop",
        url: AnswerURL(scheme: "http", authority: "shop.example:8080", target: "/a?x=1")
    )

    @Test("what answers are known by tells their service and their URL, whatever they vary by")
    func text() throws {
        #expect(Self.base.text == "answer:shop http://shop.example:8080/a?x=1")
        let variants = AnswerVariants(names: ["accept"], generation: 7)
        for text in [Self.base.text, Self.base.text(of: variants, for: [("Accept", "b http://other/")])] {
            let parts = try #require(AnswerAddress.parts(of: text))
            #expect(parts.service == "shop")
            #expect(parts.url == "http://shop.example:8080/a?x=1")
        }
        for text in ["answer/x", "shop/answer?a=answer:x", "answer:", "answer:shop", ""] {
            #expect(AnswerAddress.parts(of: text) == nil)
        }
    }

    @Test(
        "requests that select the same answer (RFC 9111, section 4.1)",
        arguments: [
            ([("Accept", "a, b")], [("accept", "a,b")], true),
            ([("Accept", "a"), ("Accept", "b")], [("Accept", "a, b")], true),
            ([("Accept", " a ,\tb")], [("Accept", "a,b")], true), ([("Accept", "a")], [("Accept", "b")], false),
            ([("Accept", "a")], [], false), ([("Accept", "")], [], false), ([], [], true),
            ([("Accept", "a, b")], [("Accept", "b, a")], false), ([("Accept", "A")], [("Accept", "a")], false),
            ([("Other", "1")], [("Other", "2")], true), ([("Accept", "\"a, b\"")], [("Accept", "\"a,b\"")], false),
            ([("Accept", "a"), ("X-B", "1")], [("X-B", "1"), ("Accept", "a")], true),
            ([("Accept", "x-b=1")], [("X-B", "1")], false),
        ] as [([(String, String)], [(String, String)], Bool)]
    )
    func selects(one: [(String, String)], other: [(String, String)], isSame: Bool) {
        let variants = AnswerVariants(names: ["accept", "x-b"], generation: 7)
        func text(_ fields: [(String, String)]) -> String {
            Self.base.text(of: variants, for: fields.map { (name: $0.0, value: $0.1) })
        }
        #expect((text(one) == text(other)) == isSame)
        #expect(text(one) != Self.base.text(of: AnswerVariants(names: ["accept", "x-b"], generation: 8), for: []))
    }
}
