import NIOCore

/// What a run came to.
package enum MachineStep: Sendable, Equatable {
    /// The page is complete.
    case finished
    /// All that can be written so far is written; run again after the ticket's completion.
    case blocked(on: PendingTicket)
}

/// Runs one page for one request.
///
/// A value of the request's own: it holds where the page has got to and what its names are bound to.
package struct PageMachine {
    /// The rounds of a loop.
    struct Rounds {
        /// The list or object that is gone through.
        var items = Value.none
        /// The number of the present round, from 0.
        var index = 0
        /// How many rounds there are.
        var count = 0
    }

    let program: PageProgram
    /// The instruction that comes next.
    private var counter = 0
    /// What names are bound to.
    var slots: ContiguousArray<Value>
    /// The loops that have been entered.
    var loops: ContiguousArray<Rounds>
    /// Data that is bound to a name and was pending when it was asked for last.
    var bindings: [PendingBinding] = []

    /// A machine at the beginning of a page.
    package init(_ program: PageProgram) {
        self.program = program
        self.slots = ContiguousArray(repeating: .none, count: program.slotCount)
        self.loops = ContiguousArray(repeating: Rounds(), count: program.loops.count)
    }

    /// Writes the page from where it has got to as far as it can go.
    ///
    /// Nothing is written twice and nothing is left out, however often a run is blocked: an instruction writes only
    /// when it can complete, and the next run begins with the one that could not.
    package mutating func run<Host: PageHost, Output: PageOutput>(
        into output: inout Output,
        host: inout Host
    ) -> MachineStep {
        let program = self.program
        let instructions = program.instructions
        let staticText = program.staticText
        let text = staticText.readableBytesSpan
        var counter = self.counter
        defer { self.counter = counter }
        while true {
            switch instructions[counter] {
            case .text(let offset, let count):
                output.write(text: text, at: Int(offset)..<Int(offset + count))
            case .fragment(let use, let arguments, let then):
                let use = program.uses[Int(use)]
                let step: InsertStep
                if arguments == Instruction.constantArguments {
                    step = host.insert(use, parameters: nil, into: &output)
                } else {
                    switch parameters(arguments, host: &host) {
                    case .known(let parameters): step = host.insert(use, parameters: parameters, into: &output)
                    case .pending(let ticket): return .blocked(on: ticket)
                    }
                }
                switch step {
                case .inserted:
                    counter = Int(then)
                    continue
                case .failed: break
                case .pending(let ticket): return .blocked(on: ticket)
                }
            case .data(let use, let arguments, let slot):
                if let ticket = bind(use, arguments, to: slot, host: &host) { return .blocked(on: ticket) }
            case .print(let expression, let escaper, let nature):
                let value = evaluate(expression, host: &host)
                if case .pending(let ticket) = value { return .blocked(on: ticket) }
                output.write(value, escaper, nature)
            case .csrf:
                let token = member("csrf", of: .session, host: &host)
                if case .pending(let ticket) = token { return .blocked(on: ticket) }
                output.write(token, .attribute, .personal)
            case .set(let slot, let expression):
                let value = evaluate(expression, host: &host)
                if case .pending(let ticket) = value { return .blocked(on: ticket) }
                set(slot, value)
            case .branch(let expression, let otherwise, _):
                let value = evaluate(expression, host: &host)
                if case .pending(let ticket) = value { return .blocked(on: ticket) }
                if value.truth != true {
                    counter = Int(otherwise)
                    continue
                }
            case .jump(let target):
                counter = Int(target)
                continue
            case .loop(let expression, let otherwise, _, let loop):
                let source = evaluate(expression, host: &host)
                if case .pending(let ticket) = source { return .blocked(on: ticket) }
                if !enter(loop, source) {
                    counter = Int(otherwise)
                    continue
                }
            case .next(let loop, let body):
                if advance(loop) {
                    counter = Int(body)
                    continue
                }
            case .finish: return .finished
            }
            counter += 1
        }
    }

    /// Announces to the host every fragment and all data that the rest of the page is known to need.
    ///
    /// What depends on a pending value is left out, and so are `or` bodies; the machine itself stays where it is. It
    /// may be called again whenever more is known.
    package mutating func plan<Host: PageHost>(host: inout Host) {
        var scout = self
        scout.scout(host: &host)
    }

    /// Goes through the rest of the page without output, past everything that is not known.
    private mutating func scout<Host: PageHost>(host: inout Host) {
        while true {
            switch program.instructions[counter] {
            case .text, .print, .csrf: break
            case .fragment(let use, let arguments, let then):
                let use = program.uses[Int(use)]
                if arguments == Instruction.constantArguments {
                    host.prefetch(use, parameters: nil)
                } else if case .known(let parameters) = parameters(arguments, host: &host) {
                    host.prefetch(use, parameters: parameters)
                }
                counter = Int(then)
                continue
            case .data(let use, let arguments, let slot):
                if let ticket = bind(use, arguments, to: slot, host: &host) { set(slot, .pending(ticket)) }
            case .set(let slot, let expression): set(slot, evaluate(expression, host: &host))
            case .branch(let expression, let otherwise, let skip):
                guard let truth = evaluate(expression, host: &host).truth else {
                    skipStatement(skip)
                    continue
                }
                if !truth {
                    counter = Int(otherwise)
                    continue
                }
            case .jump(let target):
                counter = Int(target)
                continue
            case .loop(let expression, let otherwise, let skip, let loop):
                let source = evaluate(expression, host: &host)
                if case .pending = source {
                    skipStatement(skip)
                    continue
                }
                if !enter(loop, source) {
                    counter = Int(otherwise)
                    continue
                }
            case .next(let loop, let body):
                if advance(loop) {
                    counter = Int(body)
                    continue
                }
            case .finish: return
            }
            counter += 1
        }
    }

    /// Goes on after a statement of which nothing is known, and forgets what it may have set.
    private mutating func skipStatement(_ index: UInt32) {
        let skip = program.skips[Int(index)]
        for slot in skip.slots { set(slot, .pending(.unknown)) }
        counter = Int(skip.end)
    }

    // MARK: Loops

    /// Begins a loop; false when there is nothing to go through.
    private mutating func enter(_ loop: UInt16, _ source: Value) -> Bool {
        let count =
            switch source {
            case .array(let items): items.count
            case .object(let object): object.count
            default: 0
            }
        guard count > 0 else { return false }
        loops[Int(loop)] = Rounds(items: source, index: 0, count: count)
        beginRound(loop)
        return true
    }

    /// Goes to the next round; false when there is none.
    private mutating func advance(_ loop: UInt16) -> Bool {
        loops[Int(loop)].index += 1
        guard loops[Int(loop)].index < loops[Int(loop)].count else {
            loops[Int(loop)].items = .none
            return false
        }
        beginRound(loop)
        return true
    }

    private mutating func beginRound(_ loop: UInt16) {
        let names = program.loops[Int(loop)]
        let index = loops[Int(loop)].index
        for slot in names.round { set(slot, .none) }
        switch loops[Int(loop)].items {
        case .array(let items):
            slots[Int(names.item)] = items[index]
            if let key = names.key { slots[Int(key)] = .integer(index) }
        case .object(let object):
            let (name, value) = (object.keys[index], object.values[index])
            guard let key = names.key else {
                slots[Int(names.item)] = .object(["key": .string(name), "value": value])
                break
            }
            slots[Int(key)] = .string(name)
            slots[Int(names.item)] = value
        default: break
        }
    }

    /// Binds a slot to a value that is not data on its way.
    private mutating func set(_ slot: UInt32, _ value: Value) {
        slots[Int(slot)] = value
        if !bindings.isEmpty { bindings.removeAll { $0.slot == slot } }
    }
}

extension PendingTicket {
    /// Stands for a value of which the planner knows nothing; never given to a host.
    static let unknown = PendingTicket(rawValue: -1)
}
