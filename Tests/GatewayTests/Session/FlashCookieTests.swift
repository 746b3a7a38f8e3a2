import Testing

@testable import Gateway

@Suite("The message for the next page")
struct FlashCookieTests {
    private static let now = Instant(milliseconds: 1_790_000_000_000)
    private static let host = "blog.localhost"

    private static func flash() throws -> FlashCookie {
        try FlashCookie(settings: SessionSettings(key: Secret(String(repeating: "k", count: 32))))
    }

    private static func sealed(_ message: String) throws -> String {
        let line = try #require(try self.flash().setting(message, host: self.host, isSecure: false, now: self.now))
        return String(line.dropFirst("flash=".count).prefix { $0 != ";" })
    }

    private static func message(_ value: String, host: String = host, after age: Duration = .zero) throws -> String? {
        try self.flash().message(Array(value.utf8).span, host: host, now: self.now + age)
    }

    @Test("comes back as it was, in any gateway with the same key", arguments: ["Added", "é <b> & \"'", "\u{1F33F}"])
    func roundTrip(message: String) throws {
        #expect(try Self.message(Self.sealed(message)) == message)
    }

    @Test("counts on its host, for a minute, and unchanged")
    func bounds() throws {
        let value = try Self.sealed("Added")
        #expect(try Self.message(value, host: "cart.localhost") == nil)
        #expect(try Self.message(value, after: .seconds(59)) == "Added")
        #expect(try Self.message(value, after: .seconds(60)) == nil)
        #expect(try Self.message(value, after: .seconds(-61)) == nil)
        for value in ["", "A", String(repeating: "A", count: 60), String(value.dropLast()), value + "A"] {
            #expect(try Self.message(value) == nil)
        }
    }

    @Test("is bounded in length, and its cookie is small")
    func length() throws {
        let longest = String(repeating: "x", count: FlashCookie.longest)
        #expect(try Self.sealed(longest).utf8.count <= 640)
        let tooLong = try Self.flash().setting(longest + "x", host: Self.host, isSecure: false, now: Self.now)
        #expect(tooLong == nil)
    }

    @Test("its cookie has the same attributes when it is set and when it is taken away")
    func attributes() throws {
        for isSecure in [false, true] {
            let set = try #require(
                try Self.flash().setting("x", host: Self.host, isSecure: isSecure, now: Self.now)
            )
            let name = isSecure ? "__Host-Http-flash" : "flash"
            let attributes = "; Path=/; \(isSecure ? "Secure; " : "")HttpOnly; SameSite=Lax; Max-Age="
            #expect(set.hasPrefix("\(name)="))
            #expect(set.hasSuffix("\(attributes)60"))
            #expect(FlashCookie.deletion(isSecure: isSecure) == "\(name)=\(attributes)0")
        }
    }
}
