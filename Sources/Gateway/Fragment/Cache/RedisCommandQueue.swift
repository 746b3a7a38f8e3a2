import NIOCore

/// The commands that wait for their replies on one connection, in the order in which they were sent, with one deadline
/// each.
///
/// All have the same time, so that their deadlines come in the same order, and one timer at the earliest serves all. A
/// command whose deadline has passed is given up, but keeps its place: its reply may still come. While that is so the
/// connection is slow, and nothing else should be sent.
struct RedisCommandQueue<Command> {
    /// Whose reply has come.
    enum Reply {
        /// A command's.
        case command(Command)
        /// That of a command that has been given up.
        case late
        /// Nobody's: the peer does not keep to the protocol.
        case unexpected
    }

    private struct Item {
        /// Nil once it is given up.
        var command: Command?
        let deadline: NIODeadline
    }

    private var items = CircularBuffer<Item>(initialCapacity: 16)
    /// How many were given up; they are the first of the queue.
    private var givenUp = 0
    /// How often the connection became slow without a reply in time since.
    private var slowSpells = 0
    private let patience: TimeAmount

    /// A connection that answers nothing for `patience` after a deadline is hopeless.
    init(patience: TimeAmount) {
        self.patience = patience
    }

    /// A connection that was slow so often without answering in time is hopeless too.
    private static var slowSpellLimit: Int { 3 }

    var count: Int { self.items.count }

    /// Whether a reply is overdue.
    var isSlow: Bool { self.givenUp > 0 }

    /// The first command that has not been given up.
    var head: Command? {
        self.isSlow ? nil : self.items.first?.command
    }

    mutating func append(_ command: Command, deadline: NIODeadline) {
        self.items.append(Item(command: command, deadline: deadline))
    }

    /// Takes the command whose reply has come.
    mutating func takeReplied() -> Reply {
        guard let first = self.items.popFirst() else { return .unexpected }
        guard let command = first.command else {
            self.givenUp -= 1
            return .late
        }
        self.slowSpells = 0
        return .command(command)
    }

    /// Gives up the commands whose deadline has come, and returns them.
    mutating func takeExpired(at now: NIODeadline) -> [Command] {
        var expired: [Command] = []
        let wasSlow = self.isSlow
        while self.givenUp < self.items.count {
            let index = self.items.index(self.items.startIndex, offsetBy: self.givenUp)
            guard self.items[index].deadline <= now, let command = self.items[index].command else { break }
            self.items[index].command = nil
            self.givenUp += 1
            expired.append(command)
        }
        if self.isSlow, !wasSlow { self.slowSpells += 1 }
        return expired
    }

    /// Takes all that have not been given up: the connection has ended.
    mutating func takeAll() -> [Command] {
        let commands = self.items.compactMap(\.command)
        self.items.removeAll(keepingCapacity: true)
        self.givenUp = 0
        return commands
    }

    /// Whether the connection had better be closed.
    func isHopeless(at now: NIODeadline) -> Bool {
        guard self.isSlow, let oldest = self.items.first else { return false }
        return self.slowSpells >= Self.slowSpellLimit || oldest.deadline + self.patience <= now
    }

    /// When to look again for deadlines; nil when nothing is under way.
    var nextDeadline: NIODeadline? {
        guard let oldest = self.items.first else { return nil }
        guard self.isSlow else { return oldest.deadline }
        let hopeless = oldest.deadline + self.patience
        guard self.givenUp < self.items.count else { return hopeless }
        let index = self.items.index(self.items.startIndex, offsetBy: self.givenUp)
        return min(hopeless, self.items[index].deadline)
    }
}
