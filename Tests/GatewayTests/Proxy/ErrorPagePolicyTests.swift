import NIOCore
import Testing

@testable import Gateway

struct ErrorPagePolicyTests {
    @Test(arguments: [
        ("text/html", true), ("text/html,application/xhtml+xml,*/*;q=0.8", true), ("TEXT/HTML ; q=0.5", true),
        ("application/json, text/html;q=0.1", true), ("", false), ("*/*", false), ("text/*", false),
        ("application/json", false), ("text/html;q=0", false), ("text/html; q=0.000, */*", false),
        ("text/htmlx", false), (",,;", false),
    ])
    func acceptsHTML(accept: String, expected: Bool) {
        let bytes = ByteBuffer(string: accept)
        let isAccepted = ErrorPagePolicy.acceptsHTML(
            bytes.readableBytesUInt8Span,
            at: ByteRange(offset: 0, length: accept.utf8.count)
        )
        #expect(isAccepted == expected)
    }

    @Test(arguments: [
        (200, nil, false, false), (301, nil, false, false), (400, nil, false, true),
        (403, "application/json", false, true),
        (404, nil, true, true), (404, "application/json", true, true), (404, "text/html; charset=utf-8", false, false),
        (404, "Text/HTML", false, false), (410, nil, true, true), (422, "application/json", false, true),
        (500, "text/plain", true, true), (503, "application/xhtml+xml", false, false), (599, nil, true, true),
    ])
    func replaces(status: Int, type: String?, passThrough: Bool, action: Bool) {
        let headers = type.map { [(name: "content-TYPE", value: $0)] } ?? []
        #expect(ErrorPagePolicy.replacesPassThrough(status: status, headers: headers) == passThrough)
        #expect(ErrorPagePolicy.replacesAction(status: status, headers: headers) == action)
    }

    @Test(arguments: [
        ("application/json", true), ("application/json;charset=utf-8", true), ("Application/Problem+JSON", true),
        ("text/json", false), ("application/jsonp", false), ("", false),
    ])
    func json(type: String, expected: Bool) {
        #expect(ErrorPagePolicy.isJSON([("Content-Type", type)]) == expected)
    }
}
