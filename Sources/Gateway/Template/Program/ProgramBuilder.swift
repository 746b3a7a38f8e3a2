import FragmentProtocol
import NIOCore

/// Turns a checked page into a flat program.
///
/// Static text that meets is merged, across includes and blocks too, and what is constant is printed here.
struct ProgramBuilder {
    /// What the builder finds beside the program.
    struct Result {
        let program: PageProgram
        /// Where `safe` lets markup through.
        let safeUses: [TemplatePosition]
    }

    let options: TemplateCompilerOptions
    var diagnostics: DiagnosticCollector
    var tables = ProgramTables()
    var names = NameScopes()
    var dependencies = DependencyCollector()
    var safeUses: [TemplatePosition] = []
    /// Slots that the statements around the present place set, one list for each of them.
    private var assigned: [[UInt32]] = []
    /// Text before this instruction is not added to, since a jump leads here.
    private var barrier = 0
    private var primary: SourcePlace?

    /// Builds the program of a page, and reports names and services that do not exist.
    static func build(
        _ nodes: [PageNode],
        path: String,
        options: TemplateCompilerOptions,
        _ diagnostics: inout DiagnosticCollector
    ) -> Result {
        var builder = ProgramBuilder(options: options, diagnostics: diagnostics)
        builder.build(nodes)
        builder.tables.instructions.append(.finish)
        PieceNatures.assign(in: &builder.tables, isPersonal: options.isPersonal)
        diagnostics = builder.diagnostics
        let program = PageProgram(path: path, tables: builder.tables, dependencies: builder.dependencies.result)
        return Result(program: program, safeUses: builder.safeUses)
    }

    private init(options: TemplateCompilerOptions, diagnostics: DiagnosticCollector) {
        self.options = options
        self.diagnostics = diagnostics
    }

    // MARK: Statements

    private mutating func build(_ nodes: [PageNode]) {
        for node in nodes { build(node) }
    }

    private mutating func build(_ node: PageNode) {
        switch node.kind {
        case .text(let text): emit(text)
        case .print(let expression, let escaper): buildPrint(expression, escaper)
        case .condition(let branches, let otherwise): buildCondition(branches, otherwise)
        case .loop(let head, let body, let otherwise): buildLoop(head, body, otherwise, at: node.place)
        case .set(let name, let expression):
            let value = add(expression)
            tables.instructions.append(.set(slot: assign(name), expression: value))
        case .data(let name, let call):
            let (use, arguments) = addUse(call, kind: .data)
            tables.instructions.append(.data(use: use, arguments: arguments, slot: assign(name)))
        case .fragment(let call, let otherwise): buildFragment(call, otherwise)
        case .csrf:
            dependencies.readMember("csrf", of: .session)
            emit("<input type=\"hidden\" name=\"csrf\" value=\"".utf8)
            tables.instructions.append(.csrf)
            emit("\">".utf8)
        case .scope(let nodes):
            names.open()
            build(nodes)
            names.close()
        }
    }

    private mutating func buildPrint(_ expression: TemplateExpression, _ escaper: Escaper) {
        var expression = expression
        // A script gets JSON anyway; `json` before it would make a text of it.
        if escaper == .script, case .filter(.json, let value, _) = expression.kind { expression = value }
        let index = add(expression)
        guard let constant = tables.constantValue(index) else {
            tables.instructions.append(.print(expression: index, escaper: escaper, nature: .common))
            return
        }
        var buffer = ByteBuffer()
        escaper.write(constant, into: &buffer)
        emit(buffer.readableBytesView)
    }

    private mutating func buildCondition(_ branches: [ConditionBranch<PageNode>], _ otherwise: [PageNode]) {
        var skips: [UInt32] = []
        var ends: [Int] = []
        assigned.append([])
        for (index, branch) in branches.enumerated() {
            let skip = addSkip()
            skips.append(skip)
            let expression = add(branch.condition)
            let test = tables.instructions.count
            tables.instructions.append(.finish)
            build(branch.body)
            if index < branches.count - 1 || !otherwise.isEmpty {
                ends.append(tables.instructions.count)
                tables.instructions.append(.finish)
            }
            tables.instructions[test] = .branch(expression: expression, otherwise: here(), skip: skip)
        }
        build(otherwise)
        let end = here()
        for jump in ends { tables.instructions[jump] = .jump(end) }
        let slots = endAssignments()
        for skip in skips { tables.skips[Int(skip)] = SkippedStatement(end: end, slots: slots) }
    }

    private mutating func buildLoop(
        _ head: LoopHead,
        _ body: [PageNode],
        _ otherwise: [PageNode],
        at place: SourcePlace
    ) {
        let expression = add(head.source)
        guard let number = UInt16(exactly: tables.loops.count) else {
            diagnostics.error("the page has more than \(UInt16.max) loops", at: place)
            return
        }
        let skip = addSkip()
        assigned.append([])
        let firstSlot = UInt32(tables.slotCount)
        names.open(loop: number)
        let key = head.key.map { declare($0) }
        let item = declare(head.item)
        tables.loops.append(LoopSlots(key: key, item: item, round: firstSlot..<firstSlot))
        let start = tables.instructions.count
        tables.instructions.append(.finish)
        let bodyStart = here()
        build(body)
        tables.instructions.append(.next(loop: number, body: bodyStart))
        names.close()
        tables.loops[Int(number)] = LoopSlots(key: key, item: item, round: firstSlot..<UInt32(tables.slotCount))
        var elseJump: Int?
        if !otherwise.isEmpty {
            elseJump = tables.instructions.count
            tables.instructions.append(.finish)
        }
        let elseStart = here()
        build(otherwise)
        let end = here()
        if let elseJump { tables.instructions[elseJump] = .jump(end) }
        tables.instructions[start] = .loop(expression: expression, otherwise: elseStart, skip: skip, loop: number)
        tables.skips[Int(skip)] = SkippedStatement(end: end, slots: endAssignments())
    }

    private mutating func buildFragment(_ call: FragmentCall, _ otherwise: [PageNode]) {
        let (use, arguments) = addUse(call, kind: .fragment)
        let place = tables.instructions.count
        tables.instructions.append(.finish)
        build(otherwise)
        tables.instructions[place] = .fragment(use: use, arguments: arguments, then: here())
    }

    // MARK: Uses

    /// Enters a use, with the list of its arguments or ``Instruction/constantArguments``.
    private mutating func addUse(_ call: FragmentCall, kind: FragmentUse.Kind) -> (use: UInt32, arguments: Int32) {
        if let services = options.services, !services.contains(call.name.service) {
            diagnostics.error(
                "there is no service \"\(call.name.service)\" in the configuration",
                at: call.place,
                suggestion: NearestName.suggestion(for: call.name.service, among: services)
            )
        }
        if call.isPrimary {
            if let primary {
                let first = diagnostics.position(primary)
                diagnostics.error("a page has one primary fragment; there is one at \(first) already", at: call.place)
            }
            primary = primary ?? call.place
        }
        var expressions: [(name: String, expression: UInt32)] = []
        for (name, value) in call.arguments { expressions.append((name, add(value))) }
        expressions.sort { $0.name < $1.name }
        var constants: [(name: String, value: String)]? = []
        for (name, expression) in expressions {
            guard let value = tables.constantValue(expression) else {
                constants = nil
                break
            }
            if case .none = value { continue }
            constants?.append((name, value.text))
        }
        let use = FragmentUse(
            index: tables.uses.count,
            name: call.name,
            kind: kind,
            isPrimary: call.isPrimary,
            isRequired: call.isRequired,
            timeout: call.timeout,
            ttl: call.ttl,
            constantParameters: constants.map { FragmentParameters($0) },
            position: diagnostics.position(call.place)
        )
        tables.uses.append(use)
        guard constants == nil else { return (UInt32(use.index), Instruction.constantArguments) }
        tables.argumentLists.append(ArgumentList(arguments: expressions))
        return (UInt32(use.index), Int32(tables.argumentLists.count - 1))
    }

    // MARK: Names

    /// The slot of a name that is given a value: its own when it is in reach, else a new one.
    private mutating func assign(_ name: String) -> UInt32 {
        let slot = names.slot(of: name) ?? declare(name)
        note(slot)
        return slot
    }

    private mutating func declare(_ name: String) -> UInt32 {
        let slot = UInt32(tables.slotCount)
        tables.slotCount += 1
        names.declare(name, slot: slot)
        note(slot)
        return slot
    }

    private mutating func note(_ slot: UInt32) {
        if let last = assigned.indices.last, !assigned[last].contains(slot) { assigned[last].append(slot) }
    }

    /// The slots set in the statement that ends here; they count for the statements around it too.
    private mutating func endAssignments() -> [UInt32] {
        let slots = assigned.removeLast()
        for slot in slots { note(slot) }
        return slots
    }

    // MARK: Instructions

    private mutating func addSkip() -> UInt32 {
        tables.skips.append(SkippedStatement(end: 0, slots: []))
        return UInt32(tables.skips.count - 1)
    }

    /// The next instruction, to which something jumps.
    private mutating func here() -> UInt32 {
        barrier = tables.instructions.count
        return UInt32(barrier)
    }

    private mutating func emit(_ text: some Collection<UInt8>) {
        guard !text.isEmpty else { return }
        let offset = UInt32(tables.staticText.count)
        tables.staticText.append(contentsOf: text)
        let last = tables.instructions.count - 1
        if last >= barrier, case .text(let start, let count) = tables.instructions[last] {
            tables.instructions[last] = .text(offset: start, count: count + UInt32(text.count))
        } else {
            tables.instructions.append(.text(offset: offset, count: UInt32(text.count)))
        }
    }
}
