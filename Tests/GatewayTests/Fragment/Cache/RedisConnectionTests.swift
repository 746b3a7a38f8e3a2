import NIOCore
import NIOEmbedded
import Testing

@testable import Gateway

/// The connection against a peer that the test plays, on a clock that the test moves.
@Suite struct RedisConnectionTests {
    private final class Fixture {
        let channel = EmbeddedChannel()
        let tally = RedisTally()
        var connection: RedisConnection
        var ready = 0
        var failures: [RedisFailure] = []

        init(
            password: String? = nil,
            username: String? = nil,
            database: Int = 0,
            maximumReplyBytes: Int = 1 << 20,
            mustBeMaster: Bool = false,
            isGreeted: Bool = true
        ) throws {
            let settings = RedisTierSettings(
                place: .single(.tcp(host: "127.0.0.1", port: 1)),
                access: RedisAccess(username: username, password: password, database: database),
                keyPrefix: "p:",
                timeout: .milliseconds(20),
                maximumCommandsInFlight: 8,
                maximumValueBytes: 100_000,
                maximumReplyBytes: maximumReplyBytes
            )
            var onReady: () -> Void = {}
            var onEnd: (RedisFailure) -> Void = { _ in }
            self.connection = RedisConnection(
                settings: settings,
                mustBeMaster: mustBeMaster,
                tally: self.tally,
                onReady: { _ in onReady() },
                onEnd: { onEnd($1) }
            )
            onReady = { [unowned self] in self.ready += 1 }
            onEnd = { [unowned self] failure in self.failures.append(failure) }
            try self.channel.pipeline.syncOperations.addHandler(self.connection)
            try self.channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
            if isGreeted {
                _ = self.sent()
                try self.receive("+PONG\r\n")
            }
        }

        /// What was written since the last time.
        func sent() -> [String] {
            self.channel.embeddedEventLoop.run()
            var writes: [String] = []
            while let buffer = try? self.channel.readOutbound(as: ByteBuffer.self) {
                writes.append(String(buffer: buffer))
            }
            return writes
        }

        func receive(_ text: String) throws {
            try self.receive(ByteBuffer(string: text))
        }

        func receive(_ bytes: ByteBuffer) throws {
            try self.channel.writeInbound(bytes)
        }

        func pass(_ milliseconds: Int64) {
            self.channel.embeddedEventLoop.advanceTime(by: .milliseconds(milliseconds))
        }

        /// Looks keys up, and gives the place where the answer will be.
        func lookup(_ keys: String...) -> Answer {
            let answer = Answer()
            answer.isSent = self.connection.lookup(keys) { answer.values.append($0) }
            return answer
        }
    }

    private final class Answer {
        var isSent = false
        var values: [[StoredFragment?]] = []

        /// The bodies that were found, `-` for a miss; nil before the answer.
        var bodies: [String]? {
            #expect(self.values.count <= 1)
            return self.values.first?.map { $0.map { String(buffer: $0.body) } ?? "-" }
        }
    }

    private func value(_ body: String, for key: String) -> String {
        let fragment = StoredFragment(
            storedAt: .distantPast,
            freshUntil: .distantFuture,
            body: ByteBuffer(string: body)
        )
        var buffer = ByteBuffer()
        _ = fragment.encode(for: key, into: &buffer)
        // Each byte as one character, which is undone by `bytes`.
        return "$\(buffer.readableBytes)\r\n" + buffer.readableBytesView.map { String(UnicodeScalar($0)) }.joined()
            + "\r\n"
    }

    private func bytes(_ text: String) -> ByteBuffer {
        ByteBuffer(bytes: text.unicodeScalars.map { UInt8($0.value) })
    }

    @Test func greetsTheServer() throws {
        let plain = try Fixture(isGreeted: false)
        #expect(plain.sent() == ["*1\r\n$4\r\nPING\r\n"])
        #expect(!plain.connection.isAvailable)
        try plain.receive("+PONG\r\n")
        #expect(plain.ready == 1)
        #expect(plain.connection.isAvailable)

        let full = try Fixture(password: "secret", username: "me", database: 3, isGreeted: false)
        #expect(
            full.sent() == [
                "*3\r\n$4\r\nAUTH\r\n$2\r\nme\r\n$6\r\nsecret\r\n*2\r\n$6\r\nSELECT\r\n$1\r\n3\r\n*1\r\n$4\r\nPING\r\n"
            ]
        )
        try full.receive("+OK\r\n+OK\r\n")
        #expect(full.ready == 0)
        try full.receive("+PONG\r\n")
        #expect(full.ready == 1)
    }

    @Test(arguments: [
        "-WRONGPASS no\r\n", "+OK\r\n-ERR DB index is out of range\r\n", "+OK\r\n+OK\r\n-LOADING wait\r\n",
    ])
    func endsWhenTheServerRefuses(replies: String) throws {
        let fixture = try Fixture(password: "secret", database: 3, isGreeted: false)
        try fixture.receive(replies)
        #expect(fixture.failures == [RedisFailure(code: .refused, message: "")])
        #expect(!(fixture.failures.first?.message.contains("secret") ?? true))
        #expect(fixture.ready == 0)
        #expect(!fixture.channel.isActive)
    }

    @Test func looksUpInOneCommandAndFlushesOnceATurn() throws {
        let fixture = try Fixture()
        let first = fixture.lookup("a", "b", "c")
        let second = fixture.lookup("d")
        #expect(fixture.connection.delete(["e"]))
        #expect(
            fixture.sent() == [
                "*4\r\n$4\r\nMGET\r\n$3\r\np:a\r\n$3\r\np:b\r\n$3\r\np:c\r\n*2\r\n$4\r\nMGET\r\n$3\r\np:d\r\n"
                    + "*2\r\n$3\r\nDEL\r\n$3\r\np:e\r\n"
            ]
        )
        #expect(first.bodies == nil)
        try fixture.receive(
            bytes("*3\r\n\(value("A", for: "a"))$-1\r\n\(value("C", for: "c"))*1\r\n\(value("D", for: "d")):1\r\n")
        )
        #expect(first.bodies == ["A", "-", "C"])
        #expect(second.bodies == ["D"])
        #expect(fixture.tally.counters.hits == 3)
        #expect(fixture.tally.counters.misses == 1)
        #expect(fixture.failures == [])
    }

    @Test func readsRepliesHoweverTheyAreCut() throws {
        let fixture = try Fixture()
        let answer = fixture.lookup("a", "b")
        for byte in bytes("*2\r\n\(value("A", for: "a"))\(value("B", for: "b"))").readableBytesView {
            #expect(answer.bodies == nil)
            try fixture.receive(ByteBuffer(integer: byte))
        }
        #expect(answer.bodies == ["A", "B"])
    }

    @Test(arguments: [
        ("*2\r\n$-1\r\n$-1\r\n", 0), ("*3\r\n$-1\r\n$-1\r\n$-1\r\n", 0), ("*1\r\n$-1\r\n", 0), ("*0\r\n", 0),
        ("*-1\r\n", 0),
        ("$-1\r\n", 0), ("$1\r\nx\r\n", 0), ("+OK\r\n", 0), (":5\r\n", 0), ("-ERR no\r\n", 1), ("-LOADING wait\r\n", 1),
        ("*2\r\n$1\r\nx\r\n+OK\r\n", 0), ("*2\r\n:1\r\n-ERR x\r\n", 0),
        ("*2\r\n*2\r\n$1\r\nx\r\n$1\r\ny\r\n$-1\r\n", 0),
    ])
    func isAMissWhateverIsReplied(reply: String, failures: Int) throws {
        let fixture = try Fixture()
        let answer = fixture.lookup("a", "b")
        let next = fixture.lookup("c")
        try fixture.receive(reply)
        #expect(answer.bodies == ["-", "-"])
        #expect(next.bodies == nil)
        #expect(fixture.tally.counters.failures == failures)
        try fixture.receive(bytes("*1\r\n\(value("C", for: "c"))"))
        #expect(next.bodies == ["C"])
        #expect(fixture.failures == [])
    }

    @Test func isAMissWhenTheValueIsAnotherKeys() throws {
        let fixture = try Fixture()
        let answer = fixture.lookup("a", "b")
        try fixture.receive(bytes("*2\r\n\(value("B", for: "b"))\(value("B", for: "b"))"))
        #expect(answer.bodies == ["-", "B"])
        #expect(fixture.tally.counters.poisoned == 1)
    }

    @Test(arguments: ["HTTP/1.1 400 Bad Request\r\n", "*2\r\n$x\r\n", "*1\r\n$-1\r\n*1\r\n$-1\r\n"])
    func endsWhenThePeerIsNoRedis(bytes: String) throws {
        let fixture = try Fixture()
        let answer = fixture.lookup("a")
        try fixture.receive(bytes)
        #expect(answer.bodies == ["-"])
        #expect(fixture.failures == [RedisFailure(code: .malformedReply, message: "")])
        #expect(!fixture.connection.isAvailable)
    }

    @Test func endsWhenAReplyIsTooLarge() throws {
        let fixture = try Fixture(maximumReplyBytes: 1000)
        let answer = fixture.lookup("a")
        try fixture.receive("*1\r\n$5000\r\n" + String(repeating: "x", count: 900))
        #expect(answer.bodies == nil)
        try fixture.receive(String(repeating: "x", count: 900))
        #expect(answer.bodies == ["-"])
        #expect(fixture.failures == [RedisFailure(code: .malformedReply, message: "")])
    }

    @Test func isAMissAfterTheDeadline() throws {
        let fixture = try Fixture()
        let first = fixture.lookup("a")
        fixture.pass(10)
        let second = fixture.lookup("b")
        fixture.pass(9)
        #expect(first.bodies == nil)
        fixture.pass(1)
        #expect(first.bodies == ["-"])
        #expect(second.bodies == nil)
        // It is slow: nobody else waits for it.
        #expect(!fixture.connection.isAvailable)
        #expect(fixture.connection.isSlow)
        // The late reply is not taken for the second's, and the second's is in time.
        try fixture.receive(bytes("*1\r\n\(value("A", for: "a"))*1\r\n\(value("B", for: "b"))"))
        #expect(first.bodies == ["-"])
        #expect(second.bodies == ["B"])
        #expect(fixture.connection.isAvailable)
        #expect(fixture.tally.counters.timeouts == 1)
        #expect(fixture.failures == [])
    }

    @Test func isAMissWhenTheDeadlineComesAmidTheReply() throws {
        let fixture = try Fixture()
        let first = fixture.lookup("a", "b")
        try fixture.receive(bytes("*2\r\n\(value("A", for: "a"))"))
        fixture.pass(20)
        #expect(first.bodies == ["-", "-"])
        try fixture.receive(bytes(value("B", for: "b")))
        #expect(fixture.connection.isAvailable)
        let second = fixture.lookup("c")
        try fixture.receive(bytes("*1\r\n\(value("C", for: "c"))"))
        #expect(second.bodies == ["C"])
    }

    @Test func endsWhenNothingComesForALongTime() throws {
        let fixture = try Fixture()
        let answer = fixture.lookup("a")
        fixture.pass(20)
        #expect(answer.bodies == ["-"])
        fixture.pass(99)
        #expect(fixture.failures == [])
        fixture.pass(1)
        #expect(fixture.failures == [RedisFailure(code: .tooSlow, message: "")])
        #expect(!fixture.channel.isActive)
    }

    @Test func keepsDeadlinesAfterASlowSpell() throws {
        let fixture = try Fixture()
        _ = fixture.lookup("a")
        fixture.pass(20)
        try fixture.receive("*1\r\n$-1\r\n")
        let answer = fixture.lookup("b")
        fixture.pass(19)
        #expect(answer.bodies == nil)
        fixture.pass(1)
        #expect(answer.bodies == ["-"])
    }

    @Test func endsWhenItIsSlowAgainAndAgain() throws {
        let fixture = try Fixture()
        for _ in 0..<2 {
            _ = fixture.lookup("a")
            fixture.pass(30)
            try fixture.receive("*1\r\n$-1\r\n")
            #expect(fixture.connection.isAvailable)
        }
        _ = fixture.lookup("a")
        fixture.pass(20)
        #expect(fixture.failures == [RedisFailure(code: .tooSlow, message: "")])
    }

    @Test func runsNoTimerWhileNothingIsUnderWay() throws {
        let fixture = try Fixture()
        for _ in 0..<100 {
            let answer = fixture.lookup("a")
            try fixture.receive("*1\r\n$-1\r\n")
            #expect(answer.bodies == ["-"])
            fixture.pass(3)
        }
        #expect(fixture.tally.counters.timeouts == 0)
        fixture.pass(1000)
        #expect(fixture.connection.isAvailable)
    }

    @Test func isAMissWhenTheConnectionEnds() throws {
        let fixture = try Fixture()
        let answer = fixture.lookup("a", "b")
        fixture.channel.pipeline.fireChannelInactive()
        #expect(answer.bodies == ["-", "-"])
        #expect(fixture.failures == [RedisFailure(code: .closed, message: "")])
        fixture.pass(1000)
        #expect(fixture.failures.count == 1)
    }

    @Test func takesNoMoreCommandsThanItMay() throws {
        let fixture = try Fixture()
        for number in 0..<8 {
            #expect(fixture.connection.isAvailable)
            #expect(fixture.lookup("\(number)").isSent)
        }
        #expect(!fixture.connection.isAvailable)
        try fixture.receive("*1\r\n$-1\r\n")
        #expect(fixture.connection.isAvailable)
    }

    @Test func answersACommandThatAnAnswerLeadsTo() throws {
        let fixture = try Fixture()
        var second: [StoredFragment?]?
        _ = fixture.connection.lookup(["a"]) { [connection = fixture.connection] _ in
            _ = connection.lookup(["b"]) { second = $0 }
        }
        _ = fixture.sent()
        try fixture.receive("*1\r\n$-1\r\n")
        #expect(fixture.sent() == ["*2\r\n$4\r\nMGET\r\n$3\r\np:b\r\n"])
        try fixture.receive(bytes("*1\r\n\(value("B", for: "b"))"))
        #expect(second?.count == 1)
        #expect(second?.first??.body == ByteBuffer(string: "B"))
    }

    @Test func storesWithATimeToLive() throws {
        let fixture = try Fixture()
        let fragment = StoredFragment(storedAt: .distantPast, freshUntil: .distantFuture, body: ByteBuffer(string: "A"))
        #expect(fixture.connection.set("a", fragment, ttl: .milliseconds(1500)))
        let sent = fixture.sent().joined()
        #expect(sent.hasPrefix("*5\r\n$3\r\nSET\r\n$3\r\np:a\r\n"))
        #expect(sent.hasSuffix("$2\r\nPX\r\n$4\r\n1500\r\n"))
        try fixture.receive("-OOM no memory\r\n")
        #expect(fixture.tally.counters.failures == 1)
        #expect(fixture.failures == [])
    }

    @Test func doesNotStoreWhatIsTooLarge() throws {
        let fixture = try Fixture()
        let fragment = StoredFragment(
            storedAt: .distantPast,
            freshUntil: .distantFuture,
            body: ByteBuffer(repeating: 0x61, count: 100_000)
        )
        #expect(!fixture.connection.set("a", fragment, ttl: .seconds(1)))
        #expect(fixture.sent() == [])
    }

    @Test func wantsAMaster() throws {
        for (role, isReady) in [("master", true), ("slave", false), ("sentinel", false)] {
            let fixture = try Fixture(mustBeMaster: true, isGreeted: false)
            #expect(fixture.sent() == ["*1\r\n$4\r\nROLE\r\n*1\r\n$4\r\nPING\r\n"])
            let replica = "*3\r\n$9\r\n127.0.0.1\r\n$4\r\n6380\r\n$3\r\n100\r\n"
            try fixture.receive("*3\r\n$\(role.utf8.count)\r\n\(role)\r\n:3129659\r\n*1\r\n\(replica)")
            if isReady { try fixture.receive("+PONG\r\n") }
            #expect(fixture.ready == (isReady ? 1 : 0), "\(role)")
            #expect(fixture.failures.map(\.code) == (isReady ? [] : [.refused]), "\(role)")
        }
        let refused = try Fixture(mustBeMaster: true, isGreeted: false)
        try refused.receive("-NOPERM this user has no permissions to run the 'role' command\r\n")
        #expect(refused.failures.map(\.code) == [.refused])
    }

    @Test func leavesAMasterThatHasBecomeAReplica() throws {
        let error = "-READONLY You can't write against a read only replica.\r\n"
        let fixture = try Fixture(mustBeMaster: true, isGreeted: false)
        try fixture.receive("*1\r\n$6\r\nmaster\r\n+PONG\r\n")
        #expect(fixture.connection.delete(["a"]))
        try fixture.receive(error)
        #expect(fixture.failures.map(\.code) == [.refused])
        // One server that is told by its address is what it is.
        let single = try Fixture()
        #expect(single.connection.delete(["a"]))
        try single.receive(error)
        #expect(single.failures.isEmpty)
        #expect(single.connection.isAvailable)
    }

    @Test func tellsWhereElseACommandIsAnswered() throws {
        let fixture = try Fixture()
        var told: [RedisRedirection] = []
        var values: [[StoredFragment?]] = []
        for isTaken in [true, false] {
            let redirected: RedisConnection.Redirected = { redirection in
                told.append(redirection)
                return isTaken
            }
            let isSent = fixture.connection.lookup(["a"], redirected: redirected) { values.append($0) }
            #expect(isSent)
        }
        #expect(fixture.connection.lookup(["a"]) { values.append($0) })
        try fixture.receive("-MOVED 7 h:1\r\n-ASK 8 h:2\r\n-MOVED 9 h:3\r\n")
        #expect(told == [.moved(slot: 7, .tcp(host: "h", port: 1)), .ask(.tcp(host: "h", port: 2))])
        // One is completed by whoever has taken it; two are misses.
        #expect(values.map(\.count) == [1, 1])
        #expect(fixture.tally.counters.misses == 2)
        #expect(fixture.tally.counters.failures == 2)
    }

    @Test func asksForWhatIsOnItsWay() throws {
        let fixture = try Fixture()
        #expect(fixture.connection.ask())
        let answer = fixture.lookup("a")
        #expect(fixture.sent() == ["*1\r\n$6\r\nASKING\r\n*2\r\n$4\r\nMGET\r\n$3\r\np:a\r\n"])
        try fixture.receive("+OK\r\n*1\r\n$-1\r\n")
        #expect(answer.bodies == ["-"])
    }
}
