import TestSupport
import Testing

@testable import Gateway

/// The tier against a real Redis.
@Suite struct RedisTierTests {
    private func settings(_ server: RedisServer, timeout: Duration = .seconds(5)) -> RedisTierSettings {
        RedisTierSettings(
            place: .single(.tcp(host: "127.0.0.1", port: server.port)),
            timeout: timeout,
            backoff: .milliseconds(10) ... .milliseconds(50)
        )
    }

    @Test func findsWhatItStored() async throws {
        try await withRedisServer { server in
            try await withRedisTier(settings(server)) { client in
                try await client.start()
                try await client.set("a", "A")
                try await client.set("c", "C")
                #expect(try await client.lookup(["a", "b", "c", "a"]).bodies == ["A", nil, "C", "A"])
                #expect(try await client.lookup([]).bodies == [])
                try await client.run { $0.delete(["a", "zzz"]) }
                #expect(try await client.lookup(["a", "c"]).bodies == [nil, "C"])
                let counters = try await client.run { $0.counters }
                #expect(counters.hits == 4)
                #expect(counters.misses == 2)
                #expect(counters.writes == 3)
                #expect(counters.connections == 1)
            }
        }
    }

    @Test func storesUnderItsPrefixForItsTime() async throws {
        try await withRedisServer { server in
            let raw = try RawRedis(port: server.port)
            try await withRedisTier(settings(server)) { client in
                try await client.start()
                try await client.set("a", "A", ttl: .seconds(100))
                try await client.set("never", "N", ttl: .zero)
                _ = try await client.lookup(["a"])
                #expect(try raw.run(["KEYS", "*"]) == "*1\r\n$13\r\nrose-ash:f1:a\r\n")
                let reply = try raw.run(["PTTL", "rose-ash:f1:a"])
                // CR LF is one character.
                let left = Int(reply.dropFirst().dropLast()) ?? 0
                #expect(left > 90_000 && left <= 100_000)
            }
        }
    }

    @Test func isAMissForWhatOthersLeftUnderItsKeys() async throws {
        try await withRedisServer { server in
            let raw = try RawRedis(port: server.port)
            for command in [
                ["LPUSH", "rose-ash:f1:list", "x"], ["HSET", "rose-ash:f1:hash", "f", "x"],
                ["SADD", "rose-ash:f1:set", "x"], ["SET", "rose-ash:f1:text", "hello"],
                ["SET", "rose-ash:f1:empty", ""],
                ["SET", "rose-ash:f1:noise", String(repeating: "RAF\u{1}", count: 1000)],
            ] { _ = try raw.run(command) }
            try await withRedisTier(settings(server)) { client in
                try await client.start()
                try await client.set("good", "G")
                // Its answer comes after that of the command before it.
                #expect(try await client.lookup(["good"]).bodies == ["G"])
                _ = try raw.run(["COPY", "rose-ash:f1:good", "rose-ash:f1:copy"])
                let found = try await client.lookup(
                    ["list", "good", "hash", "set", "text", "empty", "noise", "copy", "nothing"])
                #expect(found.bodies == [nil, "G", nil, nil, nil, nil, nil, nil, nil])
                #expect(try await client.run { $0.counters.poisoned } == 4)
                // What is wrong is written over.
                try await client.set("list", "L")
                #expect(try await client.lookup(["list"]).bodies == ["L"])
            }
        }
    }

    @Test func carriesBigValuesAndManyKeys() async throws {
        try await withRedisServer { server in
            try await withRedisTier(settings(server, timeout: .seconds(20))) { client in
                try await client.start()
                let big = String(repeating: "0123456789abcdef", count: 500_000)
                try await client.set("big", big)
                // A connection that is busy sending takes no further values.
                #expect(try await client.lookup(["big"]).bodies == [big])
                try await client.set("small", "S")
                #expect(try await client.lookup(["small", "big", "big"]).bodies == ["S", big, big])
                let keys = (0..<1000).map { "key \($0)" }
                for key in keys { try await client.set(key, "value of \(key)") }
                #expect(try await client.lookup(keys).bodies == keys.map { "value of \($0)" })
            }
        }
    }

    @Test func answersManyLookupsAtOnceInOrder() async throws {
        try await withRedisServer { server in
            try await withRedisTier(settings(server)) { client in
                try await client.start()
                for number in 0..<50 { try await client.set("\(number)", "value \(number)") }
                try await withThrowingTaskGroup { group in
                    for number in 0..<200 {
                        group.addTask {
                            let found = try await client.lookup(["\(number % 60)", "\(number % 7)"]).bodies
                            let expected = number % 60 < 50 ? "value \(number % 60)" : nil
                            #expect(found == [expected, "value \(number % 7)"])
                        }
                    }
                    try await group.waitForAll()
                }
            }
        }
    }

    @Test func signsInAndSelectsItsDatabase() async throws {
        try await withRedisServer(arguments: ["--requirepass", "s3cret"]) { server in
            var settings = settings(server)
            settings.access.password = "s3cret"
            settings.access.database = 5
            try await withRedisTier(settings) { client in
                try await client.start()
                try await client.set("a", "A")
                #expect(try await client.lookup(["a"]).bodies == ["A"])
            }
            settings.access.username = "default"
            settings.access.database = 6
            try await withRedisTier(settings) { client in
                try await client.start()
                #expect(try await client.lookup(["a"]).bodies == [nil])
            }
        }
    }

    @Test func staysDownWithAWrongPasswordOrDatabase() async throws {
        try await withRedisServer(arguments: ["--requirepass", "s3cret"]) { server in
            for (password, database) in [(nil, 0), ("wrong", 0), ("s3cret", 999)] {
                var settings = settings(server)
                settings.access.password = password
                settings.access.database = database
                try await withRedisTier(settings) { client in
                    try await client.run { $0.start() }
                    try await client.reach(.down)
                    #expect(try await client.run { $0.lastFailure?.code } == .refused)
                    #expect(try await client.lookup(["a"]).bodies == [nil])
                }
            }
        }
    }

    @Test func connectsThroughAUnixSocket() async throws {
        try await withRedisServer { server in
            try await withRedisTier(
                RedisTierSettings(place: .single(.unixSocket(path: server.socketPath)), timeout: .seconds(5))
            ) {
                client in
                try await client.start()
                try await client.set("a", "A")
                #expect(try await client.lookup(["a"]).bodies == ["A"])
            }
        }
    }

    @Test func isAMissAtOnceWhileRedisIsAway() async throws {
        let port = try RedisServer.freePort()
        let settings = RedisTierSettings(
            place: .single(.tcp(host: "127.0.0.1", port: port)),
            timeout: .seconds(30),
            backoff: .milliseconds(10) ... .milliseconds(50)
        )
        try await withRedisTier(settings) { client in
            // Before the start, too.
            #expect(try await client.lookup(["a", "b"]).bodies == [nil, nil])
            try await client.run { $0.start() }
            try await client.reach(.down)
            #expect(try await client.run { $0.lastFailure?.code } == .connect)
            let (bodies, elapsed) = try await client.lookup(["a"])
            #expect(bodies == [nil])
            #expect(elapsed < .seconds(30))
            try await client.set("a", "A")
            #expect(try await client.run { $0.counters.unsent } == 3)
        }
    }

    @Test func comesBackWhenRedisDoes() async throws {
        try await withRedisServer { server in
            try await withRedisTier(settings(server)) { client in
                try await client.start()
                try await client.set("a", "A")
                #expect(try await client.lookup(["a"]).bodies == ["A"])
                server.kill()
                try await client.reach(.down)
                #expect(try await client.lookup(["a"]).bodies == [nil])
                try server.restart()
                try await client.reach(.up)
                #expect(try await client.lookup(["a"]).bodies == [nil])
                try await client.set("a", "A2")
                #expect(try await client.lookup(["a"]).bodies == ["A2"])
                #expect(try await client.run { $0.counters.connections } == 2)
            }
        }
    }

    @Test func doesNotWaitForAServerThatStandsStill() async throws {
        try await withRedisServer { server in
            try await withRedisTier(settings(server, timeout: .milliseconds(20))) { client in
                try await client.start()
                server.suspend()
                let (bodies, elapsed) = try await client.lookup(["a"])
                #expect(bodies == [nil])
                #expect(elapsed >= .milliseconds(19))
                // Far more than the timeout, for a busy machine; far less than the server takes.
                #expect(elapsed < .seconds(20))
                try await client.reach(.down)
                let timeouts = try await client.run { $0.counters.timeouts }
                for _ in 0..<20 { #expect(try await client.lookup(["a"]).bodies == [nil]) }
                #expect(try await client.run { $0.counters.timeouts } == timeouts)
                server.resume()
                // On a busy machine an answer may take longer than the timeout; of many one does not.
                let end = ContinuousClock.now + .seconds(20)
                var found: String?
                while found == nil, ContinuousClock.now < end {
                    try await client.set("a", "A")
                    found = try await client.lookup(["a"]).bodies.first ?? nil
                }
                #expect(found == "A")
            }
        }
    }

    @Test func canBeStoppedAndStartedAgain() async throws {
        try await withRedisServer { server in
            try await withRedisTier(settings(server)) { client in
                try await client.start()
                try await client.set("a", "A")
                #expect(try await client.lookup(["a"]).bodies == ["A"])
                try await client.stop()
                #expect(try await client.run { $0.state } == .stopped)
                #expect(try await client.lookup(["a"]).bodies == [nil])
                try await client.start()
                #expect(try await client.lookup(["a"]).bodies == ["A"])
            }
        }
    }
}
