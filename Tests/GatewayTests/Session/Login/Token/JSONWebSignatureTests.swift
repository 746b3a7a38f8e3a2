import OpenSSL
import Testing

@testable import Gateway

@Suite struct JSONWebSignatureTests {
    private static func text(_ part: String) -> String { SessionTokenText.encode(Array(part.utf8)) }

    @Test func aTokenIsTakenApart() throws {
        let header =
            #"{"alg":"ES256","kid":"k","typ":"application/LOGOUT+jwt","jku":"https://evil.example/k","x5u":"y"}"#
        let token = try JSONWebSignature("\(Self.text(header)).\(Self.text(#"{"sub":"u"}"#)).AAAA")
        #expect(token.algorithm == .es256)
        #expect(token.keyName == "k")
        #expect(token.type == "logout+jwt")
        #expect(token.signature == [0, 0, 0])
        #expect(token.claims.text("sub") == "u")
    }

    @Test(arguments: [
        ("", JSONWebSignature.Refusal.malformed), ("a.b", .malformed), ("a.b.c.d", .malformed), ("..", .malformed),
        ("\(text("[]")).\(text("{}")).AA", .malformed), ("\(text("{}")).\(text("[1]")).AA", .malformed),
        ("\(text(#"{"alg":"ES256"}"#)).\(text("{}")).A", .malformed),
        ("\(text(#"{"alg":"ES256"}"#)).\(text("{}")).AA==", .malformed),
        ("\(text(#"{"alg":"ES256","typ":1}"#)).\(text("{}")).AA", .malformed),
        ("\(text(#"{"alg":"none"}"#)).\(text("{}")).", .algorithm),
        ("\(text(#"{"alg":"None"}"#)).\(text("{}")).AA", .algorithm),
        ("\(text(#"{"alg":"HS256"}"#)).\(text("{}")).AA", .algorithm), ("\(text("{}")).\(text("{}")).AA", .algorithm),
        ("\(text(#"{"alg":["ES256"]}"#)).\(text("{}")).AA", .algorithm),
        ("\(text(#"{"alg":"ES256","crit":["x"]}"#)).\(text("{}")).AA", .critical),
        ("\(text(#"{"alg":"ES256","b64":false}"#)).\(text("{}")).AA", .critical),
        (String(repeating: "a", count: 16 * 1024 + 1), .tooLong),
    ])
    func whatIsNoTokenIsRefused(text: String, expected: JSONWebSignature.Refusal) {
        #expect(throws: expected) { _ = try JSONWebSignature(text) }
    }
}
