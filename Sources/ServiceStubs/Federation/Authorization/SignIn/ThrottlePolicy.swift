/// Decides whether somebody may try to sign in once more.
///
/// Tries are counted for the account, so that its many spellings and addresses are one counter, and for the address from
/// which they come, so that nobody tries one password on all accounts. A try is counted before it is looked at, so that
/// a hundred at once are a hundred.
enum ThrottlePolicy {
    /// How many tries there are, and in how many seconds.
    struct Limit: Sendable, Equatable {
        let tries: Int
        let window: Int64

        /// Of one account.
        static let account = Limit(tries: 10, window: 900)
        /// Of one address, which many people may share.
        static let address = Limit(tries: 60, window: 900)
        /// Of messages to one account.
        static let messages = Limit(tries: 4, window: 900)
    }

    /// A counter as it is kept.
    struct Counter: Sendable, Equatable {
        var count: Int
        var startedAt: Int64
    }

    /// What comes of a try.
    enum Decision: Equatable, Sendable {
        /// It may go on, and this is the counter with it.
        case allowed(Counter)
        /// It may not, for so many seconds.
        case wait(Int64)
    }

    static func decision(on counter: Counter?, limit: Limit, now: Int64) -> Decision {
        // A clock that has gone back begins a new window rather than an endless one.
        guard let counter, (0..<limit.window).contains(now - counter.startedAt) else {
            return .allowed(Counter(count: 1, startedAt: now))
        }
        guard counter.count < limit.tries else { return .wait(counter.startedAt + limit.window - now) }
        return .allowed(Counter(count: counter.count + 1, startedAt: counter.startedAt))
    }

    /// The counter's name for the address from which a request comes: an IPv6 network counts as one.
    static func key(ofAddress address: String) -> String {
        guard address.contains(":") else { return "address " + address }
        return "address " + IPv6Network.first64Bits(of: address)
    }

    /// A wait in words.
    static func words(for seconds: Int64) -> String {
        let minutes = (seconds + 59) / 60
        return minutes <= 1 ? "a minute" : "\(minutes) minutes"
    }
}

/// The part of an IPv6 address that one household has.
private enum IPv6Network {
    /// The first four groups, written in full.
    static func first64Bits(of address: String) -> String {
        let halves = address.lowercased().split(separator: "::", maxSplits: 1, omittingEmptySubsequences: false)
        let head = halves[0].split(separator: ":")
        let tail = halves.count > 1 ? halves[1].split(separator: ":") : []
        let zeros = halves.count > 1 ? [Substring](repeating: "0", count: max(0, 8 - head.count - tail.count)) : []
        return (head + zeros + tail).prefix(4)
            .map { group in
                let digits = group.drop { $0 == "0" }
                return digits.isEmpty ? "0" : String(digits)
            }
            .joined(separator: ":")
    }
}
