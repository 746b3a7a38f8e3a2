package import NIOCore

/// A compiled page: flat instructions over tables; immutable, shared by all event loops.
package final class PageProgram: Sendable {
    /// The template's path, `blog/home.html`.
    package let path: String
    /// Every use of a fragment or of data, in document order, those of `or` bodies too.
    package let uses: [FragmentUse]
    /// The index among ``uses`` of the fragment that decides the page.
    package let primaryUse: Int?
    /// What the page reads of a request.
    package let dependencies: PageDependencies
    /// All static text of the page, once, one piece after the other.
    package let staticText: ByteBuffer

    let instructions: ContiguousArray<Instruction>
    let expressions: ContiguousArray<ProgramExpression>
    let operands: ContiguousArray<UInt32>
    let constants: ContiguousArray<Value>
    let names: ContiguousArray<String>
    let argumentLists: ContiguousArray<ArgumentList>
    let loops: ContiguousArray<LoopSlots>
    let skips: ContiguousArray<SkippedStatement>
    let slotCount: Int

    init(path: String, tables: ProgramTables, dependencies: PageDependencies) {
        self.path = path
        self.uses = tables.uses
        self.primaryUse = tables.uses.first { $0.isPrimary }?.index
        self.dependencies = dependencies
        self.staticText = ByteBuffer(bytes: tables.staticText)
        self.instructions = tables.instructions
        self.expressions = tables.expressions
        self.operands = tables.operands
        self.constants = tables.constants
        self.names = tables.names
        self.argumentLists = tables.argumentLists
        self.loops = tables.loops
        self.skips = tables.skips
        self.slotCount = tables.slotCount
    }
}

/// The tables of a program while it is built.
struct ProgramTables {
    var staticText: [UInt8] = []
    var instructions: ContiguousArray<Instruction> = []
    var expressions: ContiguousArray<ProgramExpression> = []
    var operands: ContiguousArray<UInt32> = []
    var constants: ContiguousArray<Value> = []
    var names: ContiguousArray<String> = []
    var argumentLists: ContiguousArray<ArgumentList> = []
    var loops: ContiguousArray<LoopSlots> = []
    var skips: ContiguousArray<SkippedStatement> = []
    var uses: [FragmentUse] = []
    var slotCount = 0

    /// The index of a name, which is entered once.
    mutating func name(_ name: String) -> UInt32 {
        if let index = names.firstIndex(of: name) { return UInt32(index) }
        names.append(name)
        return UInt32(names.count - 1)
    }

    /// Enters an expression.
    mutating func expression(_ expression: ProgramExpression) -> UInt32 {
        expressions.append(expression)
        return UInt32(expressions.count - 1)
    }

    /// Enters a constant, as an expression.
    mutating func constant(_ value: Value) -> UInt32 {
        constants.append(value)
        return expression(.constant(UInt32(constants.count - 1)))
    }

    /// The value of an expression that is constant.
    func constantValue(_ index: UInt32) -> Value? {
        guard case .constant(let constant) = expressions[Int(index)] else { return nil }
        return constants[Int(constant)]
    }
}
