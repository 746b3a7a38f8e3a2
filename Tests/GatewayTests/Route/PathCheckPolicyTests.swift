import Testing

@testable import Gateway

@Suite struct PathCheckPolicyTests {
    /// What the route table makes of a target, by way of the reader; nil when the reader refuses it already.
    static func decision(_ target: String) -> RouteDecision? {
        let table = RouteTable(
            hosts: ["a"],
            routes: [RouteTable.Route(host: "a", path: PathPattern(segments: [.rest]))],
            assets: []
        )
        let bytes = Array("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
        guard let head = try? RequestReader(limits: RequestLimits()).read(bytes.span) else { return nil }
        return table.resolve(head, in: bytes.span)
    }

    @Test(arguments: [
        "/internal", "/internal/", "/internal/fragments/nav", "/internal?x", "/INTERNAL", "/Internal/x", "/iNtErNaL/x",
        "/%69nternal",
        "/%49nternal", "/intern%61l", "/%69%6e%74%65%72%6e%61%6c", "/internal%2ffragments", "/internal%2Ffragments",
        "/%2finternal",
        "/%2Finternal/x", "/%2569nternal", "/%252finternal", "/internal%252ffragments", "/%25252569nternal",
        "/%2525252569nternal",
        "/./internal", "/.//internal", "/../internal", "/../../internal/x", "/a/../internal", "/a/b/../../internal",
        "/a/%2e%2e/internal",
        "/a/.%2e/internal", "/a/%2E%2e%2finternal", "/a%2f..%2finternal", "/a/%252e%252e/internal", "/internal/.",
        "/internal/../posts",
        "/internal/../../internal", "//internal", "///internal//x", "/a//../../internal", "//host/internal",
        "//host/../internal", "/\\internal",
        "\\internal", "/internal\\x", "/a\\..\\internal", "/%5cinternal", "/a%5c..%5cinternal", "/internal;x",
        "/internal;x=y/z", "/internal;",
        "/;/internal", "/;x/internal", "/a/..;/internal", "/a/..;x=y/internal", "/.;/internal", "/internal.",
        "/internal./x", "/internal...",
        "/internal%2e", "/internal%2e/x", "/internal%20", "/internal%20/x", "/%20internal", "/internal%09",
        "/%0ainternal", "/internal%3fx",
        "/internal%23x", "/a/..%20/internal", "/.../internal", "/internal%00", "/internal%00.html", "/%00/internal",
        "/%c0%afinternal",
        "/a/%c0%ae%c0%ae/internal", "/%e0%80%afinternal", "/%25c0%25afinternal", "/%c1%a9nternal", "/internal%",
        "/%zz/internal",
        "/%u0069nternal", "/%2569nternal/%25zz", "/%/internal", "http://a/internal", "http://a/%69nternal",
        "http://a//internal",
    ])
    func everySpellingIsRefused(target: String) {
        switch Self.decision(target) {
        case nil, .reserved, .malformedPath: break
        case let decision?: Issue.record("\(target) is \(decision)")
        }
    }

    @Test(arguments: [
        "/internal", "/INTERNAL/x", "/%69nternal", "/a/../internal", "/internal;x", "//internal", "/internal.",
        "/internal/../posts", "/%2569nternal",
    ])
    func theUsualSpellingsAreReservedRatherThanMalformed(target: String) { #expect(Self.decision(target) == .reserved) }

    @Test(arguments: [
        "/", "/internals", "/international", "/a/internal", "/posts/internal", "/internal-affairs", "/internal.html",
        "/internal_x", "/xinternal",
        "/intern", "/intern/al", "/?/internal", "/a?x=/internal", "/internals/../a", "/a%20b", "/caf%C3%A9", "/100%25",
        "/a%2fb", "/a;b/internal",
        "/a//b", "/.well-known/security.txt", "/a/./b", "/a/internal/..", "/a/b/../internal", "/posts%2finternal",
        "/%2e%2e", "/..", "//", "/;",
        "/internal2", "/%69nternals", "/internaL%73", "http://a/posts", "/a%3f/internal", "/%E2%82%AC",
    ])
    func innocentPathsAreAllowed(target: String) { #expect(Self.decision(target) == .page(0, Captures())) }

    @Test(arguments: [
        "/%", "/%4", "/%4g", "/a%00", "/%ff", "/%c3", "/%ed%a0%80", "/%f5%80%80%80", "/%2525252525252541",
    ])
    func whatIsNoTextIsMalformed(target: String) { #expect(Self.decision(target) == .malformedPath) }

    /// Encodes and detours at random what must never get through.
    @Test(arguments: 0..<8) func randomSpellingsAreRefused(seed: Int) {
        var random = RepeatableGenerator(seed: UInt64(seed))
        let detours = ["", "/.", "/x/..", "/", "/%2e", "/x/%2e%2e", "/x/y/../..", "/;p", "/x;p/.."]
        for _ in 0..<500 {
            var target = ""
            for _ in 0..<Int.random(in: 0..<3, using: &random) { target += detours.randomElement(using: &random) ?? "" }
            target += "/"
            for byte in "internal".utf8 {
                let cased = Bool.random(using: &random) ? byte : byte ^ 0x20
                switch Int.random(in: 0..<3, using: &random) {
                case 0: target += "%" + String(cased, radix: 16)
                case 1: target += "%25" + String(cased, radix: 16)
                default: target += String(UnicodeScalar(cased))
                }
            }
            target += ["", "/", "/x", ";p", ".", "%2fx", "\\x"].randomElement(using: &random) ?? ""
            #expect(Self.decision(target) == .reserved, "\(target)")
        }
    }
}
