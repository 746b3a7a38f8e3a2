import FragmentProtocol

/// Data that a name is bound to, and that the host did not have when it was asked.
struct PendingBinding {
    let slot: UInt32
    let use: UInt32
    let parameters: FragmentParameters?
}

/// What the arguments of a use came to.
enum ArgumentsStep {
    case known(FragmentParameters)
    case pending(PendingTicket)
}

/// Expressions: evaluating one changes nothing, so that a blocked instruction evaluates it again.
extension PageMachine {
    /// The value of an expression; pending when something in it is.
    mutating func evaluate<Host: PageHost>(_ index: UInt32, host: inout Host) -> Value {
        switch program.expressions[Int(index)] {
        case .constant(let constant): return program.constants[Int(constant)]
        case .slot(let slot):
            if case .pending = slots[Int(slot)] { return askAgain(slot, host: &host) }
            return slots[Int(slot)]
        case .root(let root): return host.root(root)
        case .rootMember(let root, let name): return member(program.names[Int(name)], of: root, host: &host)
        case .loopMember(let loop, let member): return loopMember(member, of: loops[Int(loop)])
        case .member(let value, let name): return evaluate(value, host: &host).member(program.names[Int(name)])
        case .element(let value, let key):
            let value = evaluate(value, host: &host)
            if case .pending = value { return value }
            let key = evaluate(key, host: &host)
            if case .pending = key { return key }
            return value.element(key)
        case .array(let start, let count):
            switch operands(start, count, host: &host) {
            case .array(let items): return .array(items)
            case let pending: return pending
            }
        case .not(let value):
            let value = evaluate(value, host: &host)
            return value.truth.map { .bool(!$0) } ?? value
        case .negative(let value):
            let value = evaluate(value, host: &host)
            if case .pending = value { return value }
            return value.negated
        case .binary(let operation, let left, let right):
            return binary(operation, left, right, host: &host)
        case .conditional(let condition, let then, let otherwise):
            let condition = evaluate(condition, host: &host)
            guard let truth = condition.truth else { return condition }
            return evaluate(truth ? then : otherwise, host: &host)
        case .filter(let filter, let value, let start, let count):
            let value = evaluate(value, host: &host)
            if case .pending = value { return value }
            guard count > 0 else { return filter.apply(to: value, []) }
            switch operands(start, UInt32(count), host: &host) {
            case .array(let arguments): return filter.apply(to: value, arguments)
            case let pending: return pending
            }
        }
    }

    /// A member of a name that every template can reach.
    mutating func member<Host: PageHost>(_ name: String, of root: RootName, host: inout Host) -> Value {
        host.rootMember(root, name) ?? host.root(root).member(name)
    }

    private func loopMember(_ member: LoopMember, of rounds: Rounds) -> Value {
        switch member {
        case .index: .integer(rounds.index + 1)
        case .index0: .integer(rounds.index)
        case .first: .bool(rounds.index == 0)
        case .last: .bool(rounds.index == rounds.count - 1)
        case .length: .integer(rounds.count)
        }
    }

    private mutating func binary<Host: PageHost>(
        _ operation: BinaryOperator,
        _ left: UInt32,
        _ right: UInt32,
        host: inout Host
    ) -> Value {
        let left = evaluate(left, host: &host)
        guard let truth = left.truth else { return left }
        if operation == .and, !truth { return left }
        if operation == .or, truth { return left }
        let right = evaluate(right, host: &host)
        if case .pending = right { return right }
        return operation.apply(left, right)
    }

    /// The values of operands as a list, or the first of them that is pending.
    private mutating func operands<Host: PageHost>(_ start: UInt32, _ count: UInt32, host: inout Host) -> Value {
        var values: [Value] = []
        values.reserveCapacity(Int(count))
        for place in start..<(start + count) {
            let value = evaluate(program.operands[Int(place)], host: &host)
            if case .pending = value { return value }
            values.append(value)
        }
        return .array(values)
    }

    // MARK: Fragments and data

    /// The parameters of an argument list; arguments that are none are left out.
    mutating func parameters<Host: PageHost>(_ list: Int32, host: inout Host) -> ArgumentsStep {
        var pairs: [(name: String, value: String)] = []
        for (name, expression) in program.argumentLists[Int(list)].arguments {
            switch evaluate(expression, host: &host) {
            case .none: break
            case .pending(let ticket): return .pending(ticket)
            case let value: pairs.append((name, value.text))
            }
        }
        return .known(FragmentParameters(pairs))
    }

    /// Binds a slot to data, which may be on its way; the ticket when the arguments are not known yet.
    mutating func bind<Host: PageHost>(
        _ use: UInt32,
        _ arguments: Int32,
        to slot: UInt32,
        host: inout Host
    ) -> PendingTicket? {
        var known: FragmentParameters?
        if arguments != Instruction.constantArguments {
            switch parameters(arguments, host: &host) {
            case .known(let parameters): known = parameters
            case .pending(let ticket): return ticket
            }
        }
        if !bindings.isEmpty { bindings.removeAll { $0.slot == slot } }
        let binding = PendingBinding(slot: slot, use: use, parameters: known)
        let value = ask(binding, host: &host)
        if case .pending = value { bindings.append(binding) }
        slots[Int(slot)] = value
        return nil
    }

    /// The value of data that was pending when the host was asked last.
    private mutating func askAgain<Host: PageHost>(_ slot: UInt32, host: inout Host) -> Value {
        guard let place = bindings.firstIndex(where: { $0.slot == slot }) else { return slots[Int(slot)] }
        let value = ask(bindings[place], host: &host)
        if case .pending = value {} else { bindings.remove(at: place) }
        slots[Int(slot)] = value
        return value
    }

    private func ask<Host: PageHost>(_ binding: PendingBinding, host: inout Host) -> Value {
        switch host.bind(program.uses[Int(binding.use)], parameters: binding.parameters) {
        case .value(let value): value
        case .failed: .none
        case .pending(let ticket): .pending(ticket)
        }
    }
}
