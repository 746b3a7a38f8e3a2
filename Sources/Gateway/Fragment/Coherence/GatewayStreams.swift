import Hiredis

/// The forms in which the gateways of a site tell each other things through Redis; pure.
///
/// All keys share a hash tag, so that a cluster keeps them together.
enum GatewayStreams {
    /// The stream of purges, from the first that anybody needs to know of.
    static let purges = "rose-ash:{gateways}:purges"
    /// The stream of what became of fetches under a lease.
    static let arrivals = "rose-ash:{gateways}:arrivals"
    /// The set of the gateways that live, or lately did.
    static let members = "rose-ash:{gateways}:members"

    /// Where a gateway keeps the place of the last purge that it has taken in; it goes when the gateway does.
    static func heartbeat(of gateway: String) -> String { "rose-ash:{gateways}:at:\(gateway)" }

    /// An entry of the stream of purges.
    struct Purge: Equatable {
        var position: PurgePosition
        var records: [PurgeRecord]
    }

    /// An entry of the stream of arrivals.
    struct Arrival: Equatable {
        /// The text by which the copy is known.
        var name: String
        var outcome: Outcome

        enum Outcome: String {
            /// The copy is in Redis.
            case stored
            /// There is none: everybody asks for themselves.
            case none
        }
    }

    /// The command that tells of purges.
    ///
    /// - Parameters:
    ///   - records: what to end.
    ///   - position: its place; nil for the next.
    ///   - length: about how many entries the stream keeps.
    /// - Returns: the command's name and its arguments.
    static func add(_ records: [PurgeRecord], at position: PurgePosition? = nil, keeping length: Int) -> [String] {
        ["XADD", self.purges, "MAXLEN", "~", String(length), position?.description ?? "*"]
            + records.flatMap { [$0.mode.rawValue, $0.target.description] }
    }

    /// The purges in a reply to `XRANGE`; nil when it is no such reply.
    static func purges(in reply: RedisReply) -> [Purge]? {
        guard let entries = self.entries(in: reply) else { return nil }
        var purges: [Purge] = []
        for entry in entries {
            guard let position = PurgePosition(entry.id) else { return nil }
            purges.append(Purge(position: position, records: self.records(entry.fields)))
        }
        return purges
    }

    /// What is to be ended by the fields of an entry.
    ///
    /// What this gateway does not understand, as of a later version, might be anything: everything ends.
    private static func records(_ fields: [(name: String, value: String)]) -> [PurgeRecord] {
        fields.map { field in
            guard let mode = PurgeRecord.Mode(rawValue: field.name), let target = PurgeTarget(field.value) else {
                return PurgeRecord(.everything)
            }
            return PurgeRecord(target, mode: mode)
        }
    }

    /// The entries of each stream in a reply to `XREAD`, as `XRANGE` would give them; nil when it is no such reply.
    static func streams(in reply: RedisReply) -> [(key: String, entries: RedisReply)]? {
        guard let elements = reply.elements else { return nil }
        var streams: [(key: String, entries: RedisReply)] = []
        for element in elements {
            guard let pair = element.elements, pair.count == 2, let key = pair[0].text else { return nil }
            streams.append((key, pair[1]))
        }
        return streams
    }

    /// The arrivals in a reply to `XRANGE`, with the identifier of the last; nil when it is no such reply.
    static func arrivals(in reply: RedisReply) -> (arrivals: [Arrival], last: String?)? {
        guard let entries = self.entries(in: reply) else { return nil }
        let arrivals = entries.flatMap { entry in
            entry.fields.map { Arrival(name: $0.value, outcome: Arrival.Outcome(rawValue: $0.name) ?? .none) }
        }
        return (arrivals, entries.last?.id)
    }

    private static func entries(in reply: RedisReply) -> [(id: String, fields: [(name: String, value: String)])]? {
        guard let elements = reply.elements else { return nil }
        var entries: [(id: String, fields: [(name: String, value: String)])] = []
        for element in elements {
            guard let parts = element.elements, parts.count == 2, let id = parts[0].text,
                let texts = parts[1].elements?.map(\.text), texts.count.isMultiple(of: 2)
            else { return nil }
            var fields: [(name: String, value: String)] = []
            for index in stride(from: 0, to: texts.count, by: 2) {
                guard let name = texts[index], let value = texts[index + 1] else { return nil }
                fields.append((name, value))
            }
            entries.append((id, fields))
        }
        return entries
    }
}
