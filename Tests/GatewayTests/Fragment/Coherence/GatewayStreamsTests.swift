import FragmentProtocol
import Hiredis
import Testing

@testable import Gateway

@Suite("The forms in which gateways tell each other things")
struct GatewayStreamsTests {
    static func entry(_ id: String, _ fields: [String]) -> RedisReply {
        .array([.text(id), .array(fields.map { .text($0) })])
    }

    @Test("the command that tells of purges holds what the others read")
    func purges() throws {
        let records = [PurgeRecord(.tag("nav"), mode: .soft), PurgeRecord(.service("blog"))]
        let command = GatewayStreams.add(records, keeping: 100)
        #expect(
            command == [
                "XADD", "rose-ash:{gateways}:purges", "MAXLEN", "~", "100", "*", "soft", "tag:nav", "hard",
                "service:blog",
            ]
        )
        let reply = RedisReply.array([Self.entry("7-1", Array(command.dropFirst(6)))])
        let position = try #require(PurgePosition("7-1"))
        #expect(GatewayStreams.purges(in: reply) == [GatewayStreams.Purge(position: position, records: records)])
    }

    @Test(
        "what is not understood ends everything",
        arguments: [["hard", "planet:mars"], ["gentle", "tag:nav"], ["hard", "tag:a b"]]
    )
    func unknown(fields: [String]) throws {
        let purges = try #require(GatewayStreams.purges(in: .array([Self.entry("1-0", fields)])))
        #expect(purges[0].records == [PurgeRecord(.everything)])
    }

    @Test(
        "what is no such reply is told apart",
        arguments: [
            .integer(1), .status("OK"), .array([.text("1-0")]), .array([.array([.text("1-0")])]),
            .array([.array([.text("x"), .array([])])]), .array([.array([.text("1-0"), .array([.text("a")])])]),
            .array([.array([.text("1-0"), .array([.text("a"), .integer(1)])])]),
        ] as [RedisReply]
    )
    func malformed(reply: RedisReply) { #expect(GatewayStreams.purges(in: reply) == nil) }

    @Test("no entries are no purges")
    func empty() {
        #expect(GatewayStreams.purges(in: .null) == [])
        #expect(GatewayStreams.purges(in: .array([])) == [])
        #expect(GatewayStreams.streams(in: .null)?.isEmpty == true)
    }

    @Test("arrivals come with the place of the last")
    func arrivals() throws {
        let reply = RedisReply.array([Self.entry("1-0", ["stored", "a/x"]), Self.entry("1-1", ["none", "a/y"])])
        let (arrivals, last) = try #require(GatewayStreams.arrivals(in: reply))
        #expect(arrivals.map(\.name) == ["a/x", "a/y"])
        #expect(arrivals.map(\.outcome) == [.stored, .none])
        #expect(last == "1-1")
    }
}
