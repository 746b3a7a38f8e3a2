/// Expressions: names become slots and roots, and what is constant is worked out.
extension ProgramBuilder {
    /// Enters an expression with its parts.
    mutating func add(_ expression: TemplateExpression) -> UInt32 {
        switch expression.kind {
        case .literal(let value): return tables.constant(value)
        case .name(let name): return addName(name, at: expression.place)
        case .member(let value, let name): return addMember(name, of: value, at: expression.place)
        case .element(let value, let key):
            let (value, key) = (add(value), add(key))
            if let known = tables.constantValue(value), let name = tables.constantValue(key) {
                return tables.constant(known.element(name))
            }
            return tables.expression(.element(value, key: key))
        case .array(let items): return addArray(items)
        case .not(let value):
            let value = add(value)
            if let truth = tables.constantValue(value)?.truth { return tables.constant(.bool(!truth)) }
            return tables.expression(.not(value))
        case .negative(let value):
            let value = add(value)
            if let known = tables.constantValue(value) { return tables.constant(known.negated) }
            return tables.expression(.negative(value))
        case .binary(let operation, let left, let right):
            let (left, right) = (add(left), add(right))
            if let known = tables.constantValue(left), let other = tables.constantValue(right) {
                return tables.constant(operation.apply(known, other))
            }
            return tables.expression(.binary(operation, left, right))
        case .conditional(let condition, let then, let otherwise):
            let condition = add(condition)
            let (then, otherwise) = (add(then), add(otherwise))
            if let truth = tables.constantValue(condition)?.truth { return truth ? then : otherwise }
            return tables.expression(.conditional(condition: condition, then: then, otherwise: otherwise))
        case .filter(let filter, let value, let arguments):
            if filter == .safe { safeUses.append(diagnostics.position(expression.place)) }
            return addFilter(filter, value, arguments)
        case .asset(let name): return addAsset(name, at: expression.place)
        }
    }

    private mutating func addArray(_ items: [TemplateExpression]) -> UInt32 {
        let items = items.map { add($0) }
        let constants = items.compactMap { tables.constantValue($0) }
        if constants.count == items.count { return tables.constant(.array(constants)) }
        let start = UInt32(tables.operands.count)
        tables.operands.append(contentsOf: items)
        return tables.expression(.array(operands: start, count: UInt32(items.count)))
    }

    private mutating func addFilter(
        _ filter: TemplateFilter,
        _ value: TemplateExpression,
        _ arguments: [TemplateExpression?]
    ) -> UInt32 {
        let value = add(value)
        // Arguments that are left out at the end are not passed; `where` tells them from none.
        let given = arguments.lastIndex { $0 != nil }.map { arguments[...$0] } ?? []
        let operands = given.map { argument in argument.map { add($0) } ?? tables.constant(.none) }
        let constants = operands.compactMap { tables.constantValue($0) }
        if let known = tables.constantValue(value), constants.count == operands.count {
            return tables.constant(filter.apply(to: known, constants))
        }
        let start = UInt32(tables.operands.count)
        tables.operands.append(contentsOf: operands)
        return tables.expression(.filter(filter, value, operands: start, count: UInt8(operands.count)))
    }

    private mutating func addAsset(_ name: String, at place: SourcePlace) -> UInt32 {
        guard let address = options.asset(name) else {
            diagnostics.error("there is no asset \"\(name)\"", at: place)
            return tables.constant(.none)
        }
        return tables.constant(.string(address))
    }

    // MARK: Names

    private mutating func addName(_ name: String, at place: SourcePlace) -> UInt32 {
        if let slot = names.slot(of: name) { return tables.expression(.slot(slot)) }
        if name == "loop", names.loop != nil {
            let members = LoopMember.allCases.map { "loop.\($0.rawValue)" }.joined(separator: ", ")
            diagnostics.error("\"loop\" is read by its members", at: place, suggestion: "there are \(members)")
            return tables.constant(.none)
        }
        if let root = RootName(rawValue: name) {
            if let value = options.constants[root] { return tables.constant(value) }
            dependencies.readRoot(root)
            return tables.expression(.root(root))
        }
        let known = names.all + RootName.allCases.map(\.rawValue) + (names.loop == nil ? [] : ["loop"])
        let suggestion =
            name == "loop" ? "\"loop\" is known only within a \"for\"" : NearestName.suggestion(for: name, among: known)
        diagnostics.warning("nothing declares the name \"\(name)\"", at: place, suggestion: suggestion)
        return tables.constant(.none)
    }

    private mutating func addMember(_ member: String, of value: TemplateExpression, at place: SourcePlace) -> UInt32 {
        guard case .name(let name) = value.kind, names.slot(of: name) == nil else {
            if case .member(let outer, let service) = value.kind, case .name("services") = outer.kind,
                names.slot(of: "services") == nil, member != "url"
            {
                diagnostics.warning(
                    "services have no \"\(member)\"",
                    at: place,
                    suggestion: "there is \"services.\(service).url\""
                )
            }
            let value = add(value)
            if let known = tables.constantValue(value) { return tables.constant(known.member(member)) }
            return tables.expression(.member(value, name: tables.name(member)))
        }
        if name == "loop", let loop = names.loop { return addLoopMember(member, of: loop, at: place) }
        guard let root = RootName(rawValue: name) else {
            return tables.expression(.member(addName(name, at: value.place), name: tables.name(member)))
        }
        if let members = DependencyCollector.members(of: root), !members.contains(member) {
            diagnostics.warning(
                "\"\(name)\" has no \"\(member)\"",
                at: place,
                suggestion: NearestName.suggestion(for: member, among: members)
                    ?? "it has " + members.joined(separator: ", ")
            )
        }
        if root == .services, let services = options.services, !services.contains(member) {
            diagnostics.error(
                "there is no service \"\(member)\" in the configuration",
                at: place,
                suggestion: NearestName.suggestion(for: member, among: services)
            )
        }
        if let value = options.constants[root] { return tables.constant(value.member(member)) }
        dependencies.readMember(member, of: root)
        return tables.expression(.rootMember(root, name: tables.name(member)))
    }

    private mutating func addLoopMember(_ member: String, of loop: UInt16, at place: SourcePlace) -> UInt32 {
        guard let known = LoopMember(rawValue: member) else {
            let members = LoopMember.allCases.map(\.rawValue)
            diagnostics.error(
                "\"loop\" has no \"\(member)\"",
                at: place,
                suggestion: NearestName.suggestion(for: member, among: members)
                    ?? "it has " + members.joined(separator: ", ")
            )
            return tables.constant(.none)
        }
        return tables.expression(.loopMember(loop, known))
    }
}
