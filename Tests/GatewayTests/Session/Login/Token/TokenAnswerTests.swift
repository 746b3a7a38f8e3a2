import Testing

@testable import Gateway

@Suite struct TokenAnswerTests {
    private func read(
        _ body: String,
        status: Int = 200,
        type: String? = "application/json"
    ) throws(TokenAnswer.Refusal) -> TokenAnswer {
        try TokenAnswer(status: status, contentType: type, body: Array(body.utf8))
    }

    @Test func tokensAreRead() throws {
        let answer = try self.read(
            #"{"access_token":"a","token_type":"bearer","expires_in":60,"refresh_token":"r","id_token":"i","x":[1]}"#,
            type: "application/json; charset=utf-8"
        )
        #expect(answer.access == "a")
        #expect(answer.lifetime == .seconds(60))
        #expect(answer.refresh == "r")
        #expect(answer.identity == "i")
        let short = try self.read(#"{"access_token":"a","token_type":"BEARER"}"#)
        #expect(short.lifetime == .seconds(300))
        #expect(short.refresh == nil)
    }

    private typealias Refusal = TokenAnswer.Refusal

    private static let invalid: [(String, Int, String?)] = [
        ("[]", 200, "application/json"), ("", 200, "application/json"), ("{}", 200, "application/json"),
        (#"[{"access_token":"a","token_type":"Bearer"}]"#, 200, "application/json"),
        (#"{"access_token":"a","token_type":"Bearer"}"#, 200, "text/html"),
        (#"{"access_token":"a","token_type":"Bearer"}"#, 200, nil),
        (#"{"access_token":"a"}"#, 200, "application/json"),
        (#"{"access_token":"a","token_type":"DPoP"}"#, 200, "application/json"),
        (#"{"access_token":"","token_type":"Bearer"}"#, 200, "application/json"),
        (#"{"access_token":"a b","token_type":"Bearer"}"#, 200, "application/json"),
        (#"{"access_token":"a\r\nX: y","token_type":"Bearer"}"#, 200, "application/json"),
        (#"{"access_token":1,"token_type":"Bearer"}"#, 200, "application/json"),
        (#"{"access_token":"a","token_type":"Bearer","expires_in":"soon"}"#, 200, "application/json"),
        (#"{"access_token":"a","token_type":"Bearer","expires_in":-1}"#, 200, "application/json"),
        (#"{"access_token":"a","token_type":"Bearer","expires_in":1e300}"#, 200, "application/json"),
        (#"{"access_token":"a","token_type":"Bearer","id_token":{}}"#, 200, "application/json"),
        (#"{"access_token":"a","token_type":"Bearer"}"#, 302, "application/json"),
        (#"{"access_token":"a","token_type":"Bearer"}"#, 201, "application/json"),
        ("<h1>no</h1>", 404, "text/html"),
    ]

    @Test(arguments: invalid.indices)
    func whatIsNoAnswerIsRefused(index: Int) {
        let (body, status, type) = Self.invalid[index]
        do throws(Refusal) {
            _ = try self.read(body, status: status, type: type)
            Issue.record("\(body) was read")
        } catch {
            guard case .invalid = error else {
                Issue.record("\(body): \(error)")
                return
            }
        }
    }

    @Test func errorsAreToldApart() {
        #expect(throws: Refusal.refused) { _ = try self.read(#"{"error":"invalid_grant"}"#, status: 400) }
        #expect(throws: Refusal.misconfigured("invalid_client")) {
            _ = try self.read(#"{"error":"invalid_client"}"#, status: 401)
        }
        #expect(throws: Refusal.unavailable("status 503")) { _ = try self.read("<p>", status: 503, type: "text/html") }
        #expect(throws: Refusal.unavailable("status 429")) { _ = try self.read("", status: 429, type: nil) }
        #expect(throws: Refusal.unavailable("temporarily_unavailable")) {
            _ = try self.read(#"{"error":"temporarily_unavailable"}"#, status: 400)
        }
    }
}
