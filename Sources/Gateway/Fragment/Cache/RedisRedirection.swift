/// What a server of a cluster says where another one answers; pure.
enum RedisRedirection: Equatable {
    typealias Address = RedisTierSettings.Address

    /// The slot has another master from now on.
    case moved(slot: Int, Address)
    /// The slot is on its way to another master, and what was asked for is there already, or nowhere.
    case ask(Address)

    /// Reads an error reply, such as `MOVED 3999 127.0.0.1:6381`; nil for any other.
    init?(_ error: String) {
        let words = error.split(separator: " ")
        // An address of IPv6 has colons of its own.
        guard words.count == 3, let slot = Int(words[1]), (0..<RedisHashSlot.count).contains(slot),
            let colon = words[2].lastIndex(of: ":"),
            let port = Int(words[2][words[2].index(after: colon)...]), (1...65_535).contains(port)
        else { return nil }
        let address = Address.tcp(host: String(words[2][..<colon]), port: port)
        switch words[0] {
        case "MOVED": self = .moved(slot: slot, address)
        case "ASK": self = .ask(address)
        default: return nil
        }
    }
}
