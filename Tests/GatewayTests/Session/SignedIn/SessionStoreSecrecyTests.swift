import TestSupport
import Testing

@testable import Gateway

/// What a thief of the store gets, and what somebody who writes into it can do.
@Suite("What the store holds of sessions")
struct SessionStoreSecrecyTests {
    private static let tokens = TokenSet(
        access: "ACCESS-TOKEN-PLAINTEXT",
        accessEndsAt: .now() + .seconds(3600),
        refresh: "REFRESH-TOKEN-PLAINTEXT",
        identity: "IDENTITY-TOKEN-PLAINTEXT"
    )
    private static let signIn = SignIn(
        person: Person(
            issuer: SignedInSamples.issuer,
            subject: "SUBJECT-PLAINTEXT",
            name: "NAME-PLAINTEXT",
            email: "EMAIL-PLAINTEXT",
            roles: ["ROLE-PLAINTEXT"],
            authenticatedAt: .now()
        ),
        providerSession: "SESSION-PLAINTEXT",
        tokens: tokens
    )

    @Test("a dump of Redis and the server's key read no token and no person", .timeLimit(.minutes(1)))
    func dump() async throws {
        try await withRedisServer { server in
            let store = SignedInSamples.store(on: server)
            defer { store.close() }
            let sessions = try SignedInSamples.sessions(over: store)
            let (session, cookie) = try await sessions.begin(
                Self.signIn,
                host: "blog.localhost",
                replacing: nil,
                browser: "Vivaldi/7"
            )
            let names = try server.run("KEYS", "*").split(separator: "\n").map(String.init)
            #expect(names.count == 5)
            var dump = names.joined(separator: "\n")
            for name in names {
                let isSet = try server.run("TYPE", name) == "zset"
                dump +=
                    try isSet ? server.run("ZRANGE", name, "0", "-1") : server.run("GET", name, options: ["--no-raw"])
            }
            for secret in ["PLAINTEXT", "TOKEN", "Vivaldi", cookie, session.csrfToken] {
                #expect(!dump.contains(secret))
            }
            // The thief knows the server's key and the ids, and tries what the store itself holds for the secret.
            let key = SessionKey(host: "blog.localhost", id: session.id)
            let values = try await store.values(of: [key.session, key.person, key.device])
            for (value, kind) in [(values[0], SessionCapsule.Kind.session), (values[1], .person)] {
                let value = try #require(value)
                for secret in [[], session.id.bytes, Array(repeating: 0, count: 16)] {
                    #expect(sessions.capsule.open(value, as: kind, of: key, secret: secret) == nil)
                }
            }
            #expect(sessions.device(try #require(values[2]), of: key)?.browser == "Vivaldi")
        }
    }

    @Test("values that are swapped, changed or taken elsewhere are refused")
    func swaps() async throws {
        let store = try EmbeddedStateStore(path: nil)
        let sessions = try SignedInSamples.sessions(over: store)
        let (mine, myCookie) = try await sessions.begin(
            SignedInSamples.signIn("me"),
            host: "blog.localhost",
            replacing: nil,
            browser: ""
        )
        let (theirs, theirCookie) = try await sessions.begin(
            SignedInSamples.signIn("them"),
            host: "blog.localhost",
            replacing: nil,
            browser: ""
        )
        let my = SessionKey(host: "blog.localhost", id: mine.id)
        let their = SessionKey(host: "blog.localhost", id: theirs.id)
        let elsewhere = SessionKey(host: "cart.localhost", id: mine.id)
        let values = try await store.values(of: [my.session, my.person, their.session, their.person]).map { $0 ?? [] }
        func write(_ key: SessionKey, _ session: [UInt8], _ person: [UInt8]) async throws {
            try await store.apply([
                .set(key: key.session, value: session, lifetime: .seconds(60)),
                .set(key: key.person, value: person, lifetime: .seconds(60)),
            ])
        }
        // Their session under my name.
        try await write(my, values[2], values[3])
        #expect(await sessions.open(myCookie).isEnded)
        // Their person in my session.
        try await write(my, values[0], values[3])
        #expect(await sessions.open(myCookie).isEnded)
        // One value in the other's place.
        try await write(my, values[1], values[0])
        #expect(await sessions.open(myCookie).isEnded)
        // The same on another host.
        try await write(elsewhere, values[0], values[1])
        #expect(await sessions.open(myCookie, host: "cart.localhost").isEnded)
        for (index, length) in [(0, values[0].count), (1, values[1].count)] {
            for position in stride(from: 0, to: length, by: 7) {
                var changed = [values[0], values[1]]
                changed[index][position] ^= 1
                try await write(my, changed[0], changed[1])
                #expect(await sessions.open(myCookie).isEnded)
            }
        }
        try await write(my, Array(values[0].prefix(20)), values[1])
        #expect(await sessions.open(myCookie).isEnded)
        try await write(my, values[0], values[1])
        #expect(await sessions.open(myCookie).session == mine)
        #expect(await sessions.open(theirCookie).session == theirs)
    }

    @Test("neither a session nor what is printed of it gives a secret away")
    func printing() async throws {
        let sessions = try SignedInSamples.sessions(over: EmbeddedStateStore(path: nil))
        let (session, cookie) = try await sessions.begin(
            Self.signIn,
            host: "blog.localhost",
            replacing: nil,
            browser: ""
        )
        var dumped = "\(session)"
        Swift.dump(session, to: &dumped)
        for secret in ["PLAINTEXT", session.csrfToken, cookie] { #expect(!dumped.contains(secret)) }
    }
}
