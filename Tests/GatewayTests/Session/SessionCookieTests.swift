import Testing

@testable import Gateway

@Suite("Session cookie")
struct SessionCookieTests {
    static let plain = SessionCookie(isSecure: false, lifetime: .seconds(1_209_600))
    static let secure = SessionCookie(isSecure: true, lifetime: .seconds(1_209_600))
    static let now = Instant(milliseconds: 1_790_000_000_000)

    @Test("the lines over http")
    func plainLines() {
        #expect(Self.plain.setting("TOKEN") == "sid=TOKEN; Path=/; HttpOnly; SameSite=Lax; Max-Age=1209600")
        #expect(Self.plain.deletion == "sid=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0")
    }

    @Test("the lines over https")
    func secureLines() {
        #expect(
            Self.secure.setting("TOKEN")
                == "__Host-Http-sid=TOKEN; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=1209600"
        )
        #expect(Self.secure.deletion == "__Host-Http-sid=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0")
    }

    @Test("a whole cookie is short", arguments: [plain, secure])
    func size(cookie: SessionCookie) throws {
        let (_, token) = try SessionSealer(settings: SessionSettings()).create(host: "cart.localhost", now: Self.now)
        #expect("\(cookie.name)=\(token)".utf8.count < 256)
    }

    @Test("reading: absent, invalid, valid, and a valid one among planted ones", arguments: [plain, secure])
    func reading(cookie: SessionCookie) throws {
        let sealer = try SessionSealer(settings: SessionSettings())
        let (session, token) = try sealer.create(host: "cart.localhost", now: Self.now)
        func read(_ header: String, host: String = "cart.localhost") -> SessionPresence {
            let bytes = Array("Cookie: \(header)".utf8)
            return cookie.read(
                ByteRange(offset: 8, length: bytes.count - 8),
                in: bytes.span,
                opener: sealer,
                host: host,
                now: Self.now
            )
        }
        let name = "\(cookie.name)"
        let other = cookie.name.utf8CodeUnitCount == 3 ? "__Host-Http-sid" : "sid"
        #expect(read("") == .absent)
        #expect(read("theme=dark") == .absent)
        #expect(read("\(other)=\(token)") == .absent)
        #expect(read("\(name)=") == .invalid)
        #expect(read("\(name)=nonsense") == .invalid)
        #expect(read("\(name)=\(token)", host: "blog.localhost") == .invalid)
        #expect(read("theme=dark; \(name)=\(token); a=b") == .valid(session))
        #expect(read("\(name)=planted; \(name)=\(token)") == .valid(session))
        let flood = String(repeating: "\(name)=planted; ", count: 8)
        #expect(read("\(flood)\(name)=\(token)") == .invalid)
        #expect(read("").session == nil)
        #expect(read("\(name)=x").isCookiePresent)
        #expect(!read("").isCookiePresent)
        #expect(read("\(name)=\(token)").session == session)
    }
}
