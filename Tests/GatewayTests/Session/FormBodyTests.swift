import Testing

@testable import Gateway

@Suite("Form body")
struct FormBodyTests {
    static let cases: [(body: String, fields: [(String, String)])] = [
        ("", []),
        ("a=1", [("a", "1")]),
        ("a=1&b=2&a=3", [("a", "1"), ("b", "2"), ("a", "3")]),
        ("a", [("a", "")]),
        ("a=", [("a", "")]),
        ("=a", [("", "a")]),
        ("=", [("", "")]),
        ("&&a=1&&b=2&", [("a", "1"), ("b", "2")]),
        ("a=b=c", [("a", "b=c")]),
        ("a+b=c+d", [("a b", "c d")]),
        ("a%20b=%2B%26%3D", [("a b", "+&=")]),
        ("name=J%C3%BCrgen", [("name", "Jürgen")]),
        ("name=Jürgen", [("name", "Jürgen")]),
        ("a=%f0%9f%8c%b9", [("a", "🌹")]),
        ("a=100%&b=%zz&c=%4", [("a", "100%"), ("b", "%zz"), ("c", "%4")]),
        ("a=%%34%31", [("a", "%41")]),
        ("a=1;b=2", [("a", "1;b=2")]),
        ("a=%00%0D%0A", [("a", "\u{0}\r\n")]),
    ]

    private func parse(_ text: String, limits: FormBody.Limits = .init()) throws(FormBodyError) -> FormBody {
        let bytes = Array(text.utf8)
        return try FormBody(parsing: bytes, limits: limits)
    }

    @Test("fields in their order", arguments: cases)
    func parsing(body: String, fields: [(String, String)]) throws {
        let form = try self.parse(body)
        #expect(form.fields == fields.map { FormField(name: $0.0, value: $0.1) })
        let encoded = String(decoding: form.encoded(), as: UTF8.self)
        #expect(try self.parse(encoded) == form)
    }

    @Test(
        "what is not UTF-8 is refused",
        arguments: ["a=%ff", "%C3=1", "a=%C3%28", "a=%ED%A0%80", "a=%C0%80", "a=%F8"]
    )
    func notText(body: String) {
        #expect(throws: FormBodyError.notText) { try self.parse(body) }
        #expect(FormBodyError.notText.status == 400)
    }

    @Test("limits on bytes and on fields")
    func limits() throws {
        let limits = FormBody.Limits(bytes: 11, fields: 3)
        #expect(try self.parse("a=1&b=2&c=3", limits: limits).fields.count == 3)
        #expect(try self.parse("&a&&b&&&c&&", limits: limits).fields.count == 3)
        #expect(throws: FormBodyError.tooLarge) { try self.parse("a=1&b=2&c=34", limits: limits) }
        #expect(throws: FormBodyError.tooManyFields) { try self.parse("a&b&c&d", limits: limits) }
        #expect(FormBodyError.tooLarge.status == 413)
        #expect(FormBodyError.tooManyFields.status == 413)
    }

    @Test("written back without the gateway's own field")
    func without() throws {
        let form = try self.parse("csrf=TOKEN&product=rose+hip&csrf=again&note=50%25+%26+more&csrf%20=kept&c%73rf=3")
        #expect(
            String(decoding: form.encoded(without: "csrf"), as: UTF8.self)
                == "product=rose+hip&note=50%25+%26+more&csrf+=kept"
        )
        #expect(form.first(named: "csrf") == "TOKEN")
        #expect(form.values(named: "csrf") == ["TOKEN", "again", "3"])
        #expect(form.first(named: "nothing") == nil)
        #expect(try self.parse("csrf=x").encoded(without: "csrf").isEmpty)
    }

    @Test("the encoding of every byte (URL Standard, section 1.3)")
    func everyByte() {
        let kept = "*-._0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
        for scalar in (UInt8(0)...127).map({ UnicodeScalar($0) }) {
            let text = String(scalar)
            let digits = String(scalar.value, radix: 16, uppercase: true)
            let escaped = "%" + (digits.utf8.count == 1 ? "0" : "") + digits
            let expected = text == " " ? "+" : kept.contains(text) ? text : escaped
            let form = FormBody([FormField(name: text, value: "é")])
            #expect(String(decoding: form.encoded(), as: UTF8.self) == "\(expected)=%C3%A9")
        }
    }

    static let types: [(value: String, isForm: Bool)] = [
        ("application/x-www-form-urlencoded", true),
        ("Application/X-WWW-Form-URLEncoded", true),
        ("application/x-www-form-urlencoded;charset=utf-8", true),
        ("application/x-www-form-urlencoded \t; charset=UTF-8", true),
        ("", false), (";", false), ("application/json", false), ("multipart/form-data; boundary=x", false),
        ("application/x-www-form-urlencodedx", false), ("text/plain;application/x-www-form-urlencoded", false),
    ]

    @Test("which content type is a form", arguments: types)
    func contentTypes(value: String, isForm: Bool) {
        let bytes = Array("Content-Type: \(value)".utf8)
        #expect(FormBody.isForm(ByteRange(offset: 14, length: value.utf8.count), in: bytes) == isForm)
    }

    @Test("any body is refused or comes back whole")
    func fuzz() throws {
        var generator = RepeatableGenerator(seed: 77)
        let pieces = [
            "a", "csrf", "=", "&", "+", "%", "%41", "%C3", "%A9", "%c3%a9", "é", " ", "%0", "\u{0}", "%2", "6",
        ]
        var accepted = 0
        for _ in 0..<5000 {
            var body = Array(
                (0..<Int.random(in: 0...14, using: &generator))
                    .map { _ in pieces[Int.random(in: pieces.indices, using: &generator)] }.joined().utf8
            )
            if !body.isEmpty, Int.random(in: 0..<4, using: &generator) == 0 {
                body[Int.random(in: body.indices, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            let form: FormBody
            do throws(FormBodyError) {
                form = try FormBody(parsing: body)
            } catch {
                #expect(error == .notText)
                continue
            }
            accepted += 1
            #expect(try FormBody(parsing: form.encoded()) == form)
            let rest = try FormBody(parsing: form.encoded(without: "csrf"))
            #expect(rest.fields == form.fields.filter { $0.name != "csrf" })
        }
        #expect(accepted > 1000)
    }
}
