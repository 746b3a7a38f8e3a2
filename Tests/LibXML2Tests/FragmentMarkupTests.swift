import LibXML2
import Testing

@Suite("Well-formedness of fragments")
struct FragmentMarkupTests {
    @Test(
        "What HTML allows is well-formed",
        arguments: [
            "",
            "plain text & more",
            "<p>One</p><p>Two</p>",
            "<ul>\n  <li><a href=\"/a?b=1&c=2\">x</a></li>\n</ul>",
            "line<br>line<br/>line<hr /><img src=\"a.svg\" alt=\"\">",
            "<input disabled value=7 name='n'><input required/>",
            "<P>capital</p>",
            "&nbsp;&eacute;&check;&#233;&#xE9;&#XE9; &unknown; & & &;",
            "<script>if (a < b && c) { x = '<div>' }</script>",
            "<style>a > b { content: \"<\" }</style>",
            "<textarea><p></textarea><title></b></title>",
            "<!-- <div> --><p>a</p><!----><!-->",
            "<svg viewBox=\"0 0 1 1\" xmlns:xlink=\"http://www.w3.org/1999/xlink\"><path d=\"M0\"/><use xlink:href=\"#a\"/></svg>",
            "<svg><![CDATA[ <a> ]]></svg>",
            "<button @click=\"x\" :class='y' hx-on:click=\"z\">b</button>",
            "<my-element data-a=\"1\" data-b=\"1\"></my-element>",
            "<tr><td>cell</td></tr>",
            "déjà vu 🌹 ]]> > \" '",
            "<a href=/x/>link</a>",
            "<p\n  class=\"a\"\n  id=\"b\"\n>x</p >",
        ]
    )
    func wellFormed(_ html: String) {
        #expect(FragmentMarkup.findings(in: Array(html.utf8)).map(\.description) == [])
    }

    @Test(
        "What is wrong is found with its place",
        arguments: [
            ("<p>", "1:1: <p> is not closed"),
            ("<ul>\n  <li>a\n</ul>", "2:3: <li> is not closed before </ul>"),
            ("<div>\n<p>é <b>x</p></div>", "2:6: <b> is not closed before </p>"),
            ("a</div><p>", "1:2: </div> closes nothing that is open"),
            ("<p>a</p></p>", "1:9: </p> closes nothing that is open"),
            ("<p a=1 b=2 A=3></p>", "1:1: the attribute 'A' is given twice"),
            ("<p xlink:x=1 xlink:x=2></p>", "1:1: the attribute 'xlink:x' is given twice"),
            ("<div/>x", "1:1: <div/> stays open, since HTML ignores the '/'; write <div></div>"),
            ("a<br></br>", "1:6: <br> has no end tag; take </br> out"),
            ("<!doctype html><p></p>", "1:1: a fragment has no doctype or other declaration; take it out"),
            ("<?xml version='1.0'?>", "1:1: a processing instruction is no HTML; take it out"),
            ("<!-- a -- b", "1:1: the comment does not end"),
            ("x <p class=\"a>b</p>", "1:3: the tag <p> does not end"),
            ("a < b", "1:3: a '<' that begins no tag is written as &lt;"),
            ("<script>a", "1:1: <script> is not closed"),
            ("<p>&#0;</p>", "1:4: a character here may not be in HTML"),
            ("<p>\u{1}</p>", "1:4: a character here may not be in HTML"),
            ("<b></b\nclass=a>", "1:4: the end tag </b> holds more than its name"),
            ("<a\u{e9}></a\u{e9}>", "1:1: 'a\u{e9}' is not a name of an element"),
            ("</>", "1:1: '</' is not followed by a name"),
        ]
    )
    func malformed(_ html: String, _ expected: String) {
        #expect(FragmentMarkup.findings(in: Array(html.utf8)).first?.description == expected)
    }

    @Test("The elements of a document are refused", arguments: ["html", "head", "BODY", "frameset"])
    func documentElements(_ name: String) {
        let findings = FragmentMarkup.findings(in: Array("<\(name)><p>a</p></\(name)>".utf8))
        #expect(findings.map(\.column) == [1, 11 + name.utf8.count])
        #expect(findings.allSatisfy { $0.message.contains("belongs to a whole document") })
    }

    @Test("Several findings come in the order of their places")
    func order() {
        let html = "<p a a>x</p>\n<br></br>\n<i>\n&#2;</b>"
        let places = FragmentMarkup.findings(in: Array(html.utf8)).map(\.line)
        #expect(places == [1, 2, 3, 4])
    }

    @Test("Bytes that are not UTF-8 are found")
    func encoding() {
        let findings = FragmentMarkup.findings(in: [0x61, 0x0A, 0x62, 0xFF])
        #expect(findings.map(\.description) == ["2:2: the bytes are not UTF-8"])
    }

    @Test("Entities are never declared, expanded or loaded")
    func entities() {
        let html = """
            <!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>
            <p>&b;&c;</p>
            """
        let findings = FragmentMarkup.findings(in: Array(html.utf8))
        #expect(findings.first?.message.contains("doctype") == true)
        #expect(!findings.contains { $0.message.contains("root:") })
    }

    @Test("Depth and size are bounded")
    func bounds() {
        let deep = String(repeating: "<b>", count: 100_000) + String(repeating: "</b>", count: 100_000)
        #expect(FragmentMarkup.findings(in: Array(deep.utf8)).map(\.message) == ["the elements are nested too deeply"])
        let large = [UInt8](repeating: 0x61, count: FragmentMarkup.maximumByteCount + 1)
        #expect(FragmentMarkup.findings(in: large).count == 1)
        let many = String(repeating: "</br>", count: 1000)
        #expect(FragmentMarkup.findings(in: Array(many.utf8)).count == FragmentMarkup.maximumFindings)
    }

    @Test("Any bytes are read to their end, and places lie within them", arguments: 0..<40)
    func anyBytes(_ seed: Int) {
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
        func next(_ bound: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state % UInt64(bound))
        }
        let pieces = [
            "<", ">", "/", "</", "<!--", "-->", "<!", "<?", "=", "\"", "'", " ", "\n", "&#", "&amp;", "&#x41;", ";",
            "a",
            "p", "br", "svg", "script", "]]>", "\u{0}", "é", "🌹", "<p>", "</p>", "<svg>", "</svg>", "<script>",
            "</script>",
        ]
        for _ in 0..<200 {
            let html = (0..<next(30)).map { _ in pieces[next(pieces.count)] }.joined()
            let lines = html.split(separator: "\n", omittingEmptySubsequences: false)
            for finding in FragmentMarkup.findings(in: Array(html.utf8)) {
                #expect(finding.line >= 1 && finding.line <= lines.count, "\(html)")
                #expect(!finding.message.isEmpty && !finding.message.contains("\n"))
            }
        }
    }

    @Test("Generated trees are well-formed, and lose that with any one of their tags", arguments: 0..<20)
    func trees(_ seed: Int) {
        var state = UInt64(seed) &* 0xD134_2543_DE82_EF95 | 1
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
        var tags: [String] = []
        func grow(_ depth: Int) {
            for _ in 0..<next(4) where depth > 0 {
                let name = ["div", "p", "b", "x-y"][next(4)]
                tags.append("<\(name) a=\"\(next(9))\">")
                grow(depth - 1)
                tags.append("</\(name)>")
            }
        }
        grow(5)
        #expect(FragmentMarkup.findings(in: Array(tags.joined(separator: "t\n").utf8)).isEmpty)
        for index in tags.indices {
            var broken = tags
            broken.remove(at: index)
            #expect(!FragmentMarkup.findings(in: Array(broken.joined().utf8)).isEmpty)
        }
    }
}
