import Testing

@testable import Gateway

@Suite struct SignOnFieldsTests {
    private func fields(_ lines: [String]) throws -> SignOnFields {
        let text = (["GET / HTTP/1.1", "Host: a"] + lines).joined(separator: "\r\n") + "\r\n\r\n"
        let bytes = Array(text.utf8)
        let head = try #require(try RequestReader(limits: RequestLimits()).read(bytes.span))
        return SignOnFields(head, in: bytes.span)
    }

    @Test func theFieldsAreFoundInAnyCase() throws {
        let fields = try self.fields([
            "SEC-FETCH-MODE: navigate", "sec-fetch-dest: document", "Sec-Purpose: prefetch;prerender",
            "User-agent: Test/1",
        ])
        #expect(fields.mode == "navigate")
        #expect(fields.destination == "document")
        #expect(fields.purpose == "prefetch;prerender")
        #expect(fields.userAgent == "Test/1")
        #expect(!fields.isNavigation)
    }

    @Test(
        arguments: [
            ([], true), (["Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"], true),
            (["Sec-Fetch-Mode: cors"], false),
            (["Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: iframe"], false), (["Sec-Fetch-Dest: image"], false),
            (["Sec-Purpose: prefetch"], false),
        ] as [([String], Bool)]
    )
    func onlyAPersonWhoGoesThereNavigates(lines: [String], expected: Bool) throws {
        #expect(try self.fields(lines).isNavigation == expected)
    }
}
