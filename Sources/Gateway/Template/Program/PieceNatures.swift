import FragmentProtocol

/// Works out the nature of everything that a program prints, from where its values come.
///
/// It errs towards caution: what a slot may ever hold counts at each place where it is read.
struct PieceNatures {
    private let isPersonal: (FragmentName) -> Bool
    private var slots: [PieceNature]

    /// Writes the natures into the print instructions of a program.
    static func assign(in tables: inout ProgramTables, isPersonal: (FragmentName) -> Bool) {
        withoutActuallyEscaping(isPersonal) { isPersonal in
            var natures = PieceNatures(
                isPersonal: isPersonal,
                slots: Array(repeating: .common, count: tables.slotCount)
            )
            while natures.spread(through: tables) {}
            for index in tables.instructions.indices {
                guard case .print(let expression, let escaper, _) = tables.instructions[index] else { continue }
                tables.instructions[index] = .print(
                    expression: expression,
                    escaper: escaper,
                    nature: natures.nature(of: expression, in: tables)
                )
            }
        }
    }

    /// Carries natures from values to the slots that they are put into; false once nothing changes any more.
    private mutating func spread(through tables: ProgramTables) -> Bool {
        var hasChanged = false
        func raise(_ slot: UInt32, to nature: PieceNature) {
            guard self.slots[Int(slot)] < nature else { return }
            self.slots[Int(slot)] = nature
            hasChanged = true
        }
        for instruction in tables.instructions {
            switch instruction {
            case .set(let slot, let expression): raise(slot, to: self.nature(of: expression, in: tables))
            case .loop(let expression, _, _, let loop):
                let nature = self.nature(of: expression, in: tables)
                raise(tables.loops[Int(loop)].item, to: nature)
                if let key = tables.loops[Int(loop)].key { raise(key, to: nature) }
            case .data(let use, let arguments, let slot):
                raise(slot, to: self.nature(ofData: use, arguments, in: tables))
            case .text, .fragment, .print, .branch, .jump, .next, .csrf, .finish: break
            }
        }
        return hasChanged
    }

    private func nature(ofData use: UInt32, _ arguments: Int32, in tables: ProgramTables) -> PieceNature {
        if self.isPersonal(tables.uses[Int(use)].name) { return .personal }
        guard arguments != Instruction.constantArguments else { return .common }
        return tables.argumentLists[Int(arguments)].arguments.map { self.nature(of: $0.expression, in: tables) }.max()
            ?? .common
    }

    private func nature(of expression: UInt32, in tables: ProgramTables) -> PieceNature {
        func operands(_ start: UInt32, _ count: Int) -> PieceNature {
            tables.operands[Int(start)..<Int(start) + count].map { self.nature(of: $0, in: tables) }.max() ?? .common
        }
        switch tables.expressions[Int(expression)] {
        case .constant, .loopMember: return .common
        case .slot(let slot): return self.slots[Int(slot)]
        case .root(let root), .rootMember(let root, _): return self.nature(of: root, in: tables)
        case .member(let value, _), .not(let value), .negative(let value): return self.nature(of: value, in: tables)
        case .element(let value, let key):
            return max(self.nature(of: value, in: tables), self.nature(of: key, in: tables))
        case .array(let start, let count): return operands(start, Int(count))
        case .binary(_, let left, let right):
            return max(self.nature(of: left, in: tables), self.nature(of: right, in: tables))
        case .conditional(let condition, let then, let otherwise):
            return [condition, then, otherwise].map { self.nature(of: $0, in: tables) }.max() ?? .common
        case .filter(_, let value, let start, let count):
            return max(self.nature(of: value, in: tables), operands(start, Int(count)))
        }
    }

    private func nature(of root: RootName, in tables: ProgramTables) -> PieceNature {
        switch root {
        case .site, .services, .now: .common
        case .request, .path, .query: .reflecting
        case .page: tables.uses.contains { $0.isPrimary && self.isPersonal($0.name) } ? .personal : .reflecting
        case .user, .session, .csp, .form, .errors, .flash: .personal
        }
    }
}
