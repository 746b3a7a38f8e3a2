import Foundation
import NIOCore
import Testing

@testable import Gateway

@Suite struct AssetAnswerTests {
    private static let asset = SiteAsset(name: "site.css", bytes: Data("p { }".utf8))
    private static let version = String(asset.url.dropFirst(asset.path.count + 1))
    private static let forEver = "public, max-age=31536000, immutable"

    private struct Answer {
        var statusLine: Substring
        var fields: [String: String] = [:]
        var body: String
    }

    private static func answer(
        _ method: String,
        query: String? = nil,
        _ lines: String = "",
        version: String = "1.1",
        closes: Bool = false
    ) throws -> Answer {
        let target = Self.asset.path + (query.map { "?" + $0 } ?? "")
        let bytes = Array("\(method) \(target) HTTP/\(version)\r\nHost: a\r\n\(lines)\r\n".utf8)
        let head = try #require(try RequestReader(limits: RequestLimits()).read(bytes.span))
        let buffer = AssetAnswer(Self.asset).answer(
            to: head,
            in: bytes.span,
            dateLine: ByteBuffer(string: "Date: now\r\n"),
            closes: closes
        )
        let text = String(buffer: buffer)
        let end = try #require(text.firstRange(of: "\r\n\r\n"))
        var fieldLines = text[..<end.lowerBound].split(separator: "\r\n")
        var answer = Answer(statusLine: fieldLines.removeFirst(), body: String(text[end.upperBound...]))
        for line in fieldLines {
            let colon = try #require(line.firstRange(of: ": "))
            let name = String(line[..<colon.lowerBound])
            #expect(answer.fields[name] == nil, "\(name) stands there once")
            answer.fields[name] = String(line[colon.upperBound...])
        }
        return answer
    }

    @Test(arguments: [("GET", "p { }"), ("HEAD", "")])
    func aFileIsAnsweredAsItIs(method: String, body: String) throws {
        let answer = try Self.answer(method)
        #expect(answer.statusLine == "HTTP/1.1 200 OK")
        #expect(answer.body == body)
        #expect(
            answer.fields == [
                "Date": "now", "ETag": Self.asset.etag, "Cache-Control": "no-cache",
                "X-Content-Type-Options": "nosniff", "Content-Type": "text/css; charset=utf-8", "Content-Length": "5",
            ]
        )
    }

    @Test(
        arguments: [
            (version, true), (nil, false), ("", false), ("v=", false), ("v=0000000000000000", false),
            (version + "&a=1", false), ("a=1&" + version, false), (String(version.dropLast()), false),
            (version + "0", false), (version.uppercased(), false),
        ] as [(String?, Bool)]
    )
    func onlyTheAddressOfThisVersionIsKeptForEver(query: String?, isKept: Bool) throws {
        let expected = isKept ? Self.forEver : "no-cache"
        #expect(try Self.answer("GET", query: query).fields["Cache-Control"] == expected)
        #expect(try Self.answer("HEAD", query: query).fields["Cache-Control"] == expected)
        // A confirmation is about the same address.
        let held = try Self.answer("GET", query: query, "If-None-Match: \(Self.asset.etag)\r\n")
        #expect(held.statusLine == "HTTP/1.1 304 Not Modified")
        #expect(held.fields["Cache-Control"] == expected)
    }

    @Test(
        arguments: [
            (asset.etag, true), ("W/" + asset.etag, true), ("*", true), ("\"x\", \(asset.etag)", true),
            ("\"x\",W/\(asset.etag),\"y\"", true), (" \t\(asset.etag) ", true), ("\"x\"", false), ("", false),
            (",", false), (asset.etag.uppercased(), false), (String(asset.etag.dropFirst().dropLast()), false),
            ("w/" + asset.etag, false), ("\"\(version)\"", false), ("**", false), ("\"*\"", false),
        ] as [(String, Bool)]
    )
    func whoHoldsTheVersionIsToldSo(field: String, isHeld: Bool) throws {
        for method in ["GET", "HEAD"] {
            let answer = try Self.answer(method, "If-None-Match: \(field)\r\n")
            #expect(answer.statusLine == (isHeld ? "HTTP/1.1 304 Not Modified" : "HTTP/1.1 200 OK"))
            #expect(answer.body == (isHeld || method == "HEAD" ? "" : "p { }"))
            #expect(answer.fields["ETag"] == Self.asset.etag)
            #expect(answer.fields["Date"] == "now")
            #expect((answer.fields["Content-Length"] == nil) == isHeld)
            #expect((answer.fields["Content-Type"] == nil) == isHeld)
        }
    }

    @Test(
        arguments: [
            ("1.1", false, nil), ("1.1", true, "close"), ("1.0", false, "keep-alive"), ("1.0", true, "close"),
        ] as [(String, Bool, String?)]
    )
    func tellsOfTheConnection(version: String, closes: Bool, expected: String?) throws {
        for lines in ["", "If-None-Match: *\r\n"] {
            let answer = try Self.answer("GET", lines, version: version, closes: closes)
            #expect(answer.fields["Connection"] == expected)
        }
    }
}
