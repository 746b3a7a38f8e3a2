import FragmentProtocol

/// What an operator asks to be purged: `tag=nav&fragment=blog/post%3Fslug%3Da&service=cart&url=http%3A//…&all&soft`.
struct PurgeRequest: Equatable {
    var records: [PurgeRecord]

    /// Why a request names nothing that can be purged.
    struct Failure: Error, Equatable, CustomStringConvertible {
        let description: String
    }

    /// The form of a request, for who has got it wrong.
    static let usage = """
        name what to purge: tag=NAME, fragment=SERVICE/TYPE or fragment=SERVICE/TYPE?PARAMETERS (percent-encoded), \
        service=NAME, page=URL, url=URL (percent-encoded; an answer that is stored for a service with 'cache: rfc') or \
        all, as often as needed; soft lets copies be served stale while they are refreshed
        """

    /// Reads the names and values of a query; services are the ones that there are.
    init(_ pairs: [(name: String, value: String)], services: [String]) throws(Failure) {
        let isSoft = try Self.isSet("soft", in: pairs)
        let mode: PurgeRecord.Mode = isSoft ? .soft : .hard
        var records: [PurgeRecord] = []
        for pair in pairs where pair.name != "soft" {
            let target: PurgeTarget?
            switch pair.name {
            case "tag", "service", "fragment", "url": target = PurgeTarget("\(pair.name):\(pair.value)")
            case "all": target = try Self.isSet("all", in: [pair]) ? .everything : nil
            default: throw Failure(description: "there is no '\(pair.name)' to purge by; \(Self.usage)")
            }
            guard let target else {
                throw Failure(description: "'\(pair.value)' is no \(pair.name) that can be purged; \(Self.usage)")
            }
            if let service = Self.service(of: target), !services.contains(service) {
                throw Failure(
                    description: "there is no service '\(service)'; there are \(services.joined(separator: ", "))"
                )
            }
            records.append(PurgeRecord(target, mode: mode))
        }
        guard !records.isEmpty else { throw Failure(description: Self.usage) }
        self.records = records
    }

    private static func isSet(_ name: String, in pairs: [(name: String, value: String)]) throws(Failure) -> Bool {
        guard let pair = pairs.first(where: { $0.name == name }) else { return false }
        switch pair.value {
        case "", "true", "1": return true
        case "false", "0": return false
        default: throw Failure(description: "'\(name)' is true or false, not '\(pair.value)'")
        }
    }

    private static func service(of target: PurgeTarget) -> String? {
        switch target {
        case .service(let name): name
        case .fragment(let name): name.service
        case .reference(let reference): reference.name.service
        case .everything, .tag, .url: nil
        }
    }
}
