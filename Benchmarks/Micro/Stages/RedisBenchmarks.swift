import NIOCore
import NIOEmbedded

/// What Redis is told and what it tells.
enum RedisBenchmarks {
    static let all = [
        Benchmark("redis/encode", "a fragment of 2 KB as Redis keeps it", iterations: 2000) {
            let fragment = SampleSite.fragment(bytes: 2048)
            var output = ByteBuffer()
            return { iterations in
                var bytes = 0
                for _ in 0..<iterations {
                    output.clear()
                    guard fragment.encode(for: Self.key(0), into: &output) else {
                        throw PreparationFailure(description: "the sample fragment cannot be encoded")
                    }
                    bytes &+= output.readableBytes
                }
                return bytes
            }
        },
        Benchmark("redis/decode", "a fragment of 2 KB out of Redis", iterations: 1000) {
            let value = try Self.value(Self.key(0))
            return { iterations in
                var bytes = 0
                for _ in 0..<iterations {
                    guard let fragment = StoredFragment(decoding: value.readableBytesSpan, for: Self.key(0)) else {
                        throw PreparationFailure(description: "the sample value cannot be decoded")
                    }
                    bytes &+= fragment.body.readableBytes
                }
                return bytes
            }
        },
        Benchmark("redis/mget", "ask for 8 fragments of 2 KB, and read the reply", iterations: 200) { try Self.mget() },
    ]

    private static func key(_ number: Int) -> String { "app/product?slug=the-long-table-\(number)" }

    private static func value(_ key: String) throws -> ByteBuffer {
        var value = ByteBuffer()
        guard SampleSite.fragment(bytes: 2048).encode(for: key, into: &value) else {
            throw PreparationFailure(description: "the sample fragment cannot be encoded")
        }
        return value
    }

    /// The gateway's connection without a socket: the command's bytes come out, the reply's go in.
    private static func mget() throws -> Benchmark.Work {
        let keys = (0..<8).map(Self.key)
        var reply = ByteBuffer(string: "*8\r\n")
        for key in keys {
            let value = try Self.value(key)
            reply.writeString("$\(value.readableBytes)\r\n")
            reply.writeImmutableBuffer(value)
            reply.writeString("\r\n")
        }
        let channel = EmbeddedChannel()
        let connection = RedisConnection(
            settings: RedisTierSettings(place: .single(.tcp(host: "127.0.0.1", port: 1)), timeout: .seconds(3600)),
            tally: RedisTally(),
            onReady: { _ in },
            onEnd: { _, _ in }
        )
        try channel.pipeline.syncOperations.addHandler(connection)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        _ = try channel.readOutbound(as: ByteBuffer.self)
        try channel.writeInbound(ByteBuffer(string: "+PONG\r\n"))
        return { iterations in
            var bytes = 0
            for _ in 0..<iterations {
                var found = 0
                let isSent = connection.lookup(keys) { found = $0.count { $0 != nil } }
                channel.embeddedEventLoop.run()
                bytes &+= try channel.readOutbound(as: ByteBuffer.self)?.readableBytes ?? 0
                try channel.writeInbound(reply)
                guard isSent, found == keys.count else {
                    throw PreparationFailure(description: "\(found) of \(keys.count) fragments came out of the reply")
                }
            }
            return bytes
        }
    }
}
