import NIOCore
import Testing

@testable import Gateway

@Suite struct DictionaryTextTests {
    private static func text(_ templates: String...) -> String {
        String(buffer: DictionaryText.text(ofTemplates: templates.map { ByteBuffer(string: $0) }))
    }

    @Test func holdsWhatSeveralTemplatesHaveInTheOrderOfTheFirst() {
        #expect(
            Self.text("<header>\n<p>only here</p>\n<footer>\n", "<footer>\n<header>\n", "<footer>\n<aside>\n<aside>\n")
                == "<header>\n<footer>\n"
        )
    }

    @Test func leavesOutWhatIsShortAndWhatIsRepeated() {
        #expect(Self.text("</p>\n<section>\n<section>\n", "</p>\n<section>\n") == "<section>\n")
        #expect(Self.text("<section>\n") == "")
        #expect(Self.text() == "")
    }

    @Test func isBounded() {
        let lines = (0..<10_000).map { "<p class=\"line\">\($0)</p>\n" }.joined()
        let text = Self.text(lines, lines)
        #expect(text.utf8.count <= DictionaryText.limit)
        #expect(text.utf8.count > DictionaryText.limit - 40)
    }
}
