import FragmentProtocol
import NIOCore

@testable package import Gateway

/// A host of pages for tests: what it answers is given beforehand, and it may keep each thing pending at first.
struct FakePageHost: PageHost {
    /// The bodies of fragments, by name with parameters, or by name alone; what is missing fails.
    var fragments: [String: String] = [:]
    /// The data of services, in the same way.
    var data: [String: Value] = [:]
    /// The values of names.
    var roots: [RootName: Value] = [:]
    /// How often each thing is still pending; one less with each completion.
    var pending: [String: Int] = [:]
    /// Whether members are answered one by one, by ``rootMember(_:_:)``.
    var answersMembers = false

    /// What has been announced by `prefetch` and `bind`, in order.
    private(set) var announced: [String] = []
    /// What has been inserted, in order.
    private(set) var inserted: [String] = []
    private var tickets: [String] = []

    init(
        fragments: [String: String] = [:],
        data: [String: Value] = [:],
        roots: [RootName: Value] = [:],
        pending: [String: Int] = [:],
        answersMembers: Bool = false
    ) {
        self.fragments = fragments
        self.data = data
        self.roots = roots
        self.pending = pending
        self.answersMembers = answersMembers
    }

    /// One thing that was waited for is there.
    mutating func complete(_ ticket: PendingTicket) {
        let name = tickets[ticket.rawValue]
        pending[name, default: 1] -= 1
    }

    private mutating func ticket(_ name: String) -> PendingTicket? {
        guard pending[name, default: 0] > 0 else { return nil }
        tickets.append(name)
        return PendingTicket(rawValue: tickets.count - 1)
    }

    private func reference(_ use: FragmentUse, _ parameters: FragmentParameters?) -> String {
        let query = (parameters ?? use.constantParameters)?.query ?? "?"
        return query.isEmpty ? use.name.description : "\(use.name)?\(query)"
    }

    mutating func insert<Output: PageOutput>(
        _ use: FragmentUse,
        parameters: FragmentParameters?,
        into output: inout Output
    ) -> InsertStep {
        let name = reference(use, parameters)
        if let ticket = ticket(name) { return .pending(ticket) }
        guard let body = fragments[name] ?? fragments[use.name.description] else { return .failed }
        inserted.append(name)
        output.write(FakeFragment(body: ByteBuffer(string: body)), .common)
        return .inserted
    }

    mutating func bind(_ use: FragmentUse, parameters: FragmentParameters?) -> BindStep {
        let name = reference(use, parameters)
        announced.append(name)
        if let ticket = ticket(name) { return .pending(ticket) }
        return (data[name] ?? data[use.name.description]).map { .value($0) } ?? .failed
    }

    mutating func prefetch(_ use: FragmentUse, parameters: FragmentParameters?) {
        announced.append(reference(use, parameters))
    }

    mutating func root(_ name: RootName) -> Value {
        if let ticket = ticket(name.rawValue) { return .pending(ticket) }
        return roots[name] ?? .none
    }

    mutating func rootMember(_ name: RootName, _ member: String) -> Value? {
        answersMembers ? root(name).member(member) : nil
    }
}

/// A fragment of a text.
struct FakeFragment: PageFragment {
    let body: ByteBuffer

    func version(by hasher: CacheKeyHasher) -> CacheKey { hasher.hash(self.body) }
}

/// Compiles templates given as paths and texts.
func compileTemplates(
    _ templates: KeyValuePairs<String, String>,
    options: TemplateCompilerOptions = TemplateCompilerOptions()
) throws(TemplateDiagnostics) -> TemplateSet {
    try TemplateCompiler.compile(templates.map { TemplateSource(path: $0.key, text: $0.value) }, options: options)
}

/// The one page of a text.
func templateProgram(
    _ text: String,
    options: TemplateCompilerOptions = TemplateCompilerOptions()
) throws -> PageProgram {
    let set = try compileTemplates(["page.html": text], options: options)
    guard let program = set.programs["page.html"] else { throw MissingProgram() }
    return program
}

/// There is no program of the path.
struct MissingProgram: Error {}

/// A page that ran, with its host.
struct PageRun {
    /// What was written.
    var output: String
    /// The host afterwards.
    var host: FakePageHost
    /// How often the page was blocked.
    var blocks = 0
}

/// Runs a page to its end; whatever it waits for is completed at once.
func runPage(_ program: PageProgram, _ host: FakePageHost = FakePageHost()) -> PageRun {
    var run = PageRun(output: "", host: host)
    var machine = PageMachine(program)
    var output = ByteBuffer()
    while case .blocked(let ticket) = machine.run(into: &output, host: &run.host) {
        run.blocks += 1
        run.host.complete(ticket)
    }
    run.output = String(buffer: output)
    return run
}

/// What a template prints with these names.
func renderTemplate(
    _ text: String,
    _ roots: [RootName: Value] = [:],
    options: TemplateCompilerOptions = TemplateCompilerOptions()
) throws -> String {
    runPage(try templateProgram(text, options: options), FakePageHost(roots: roots)).output
}

/// The errors and warnings of templates, as they are shown to people; empty when there are none.
func templateComplaints(
    _ templates: KeyValuePairs<String, String>,
    options: TemplateCompilerOptions = TemplateCompilerOptions()
) -> String {
    do throws(TemplateDiagnostics) {
        return TemplateDiagnostics(items: try compileTemplates(templates, options: options).warnings).description
    } catch {
        return error.description
    }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int) { self = .integer(value) }
    package init(floatLiteral value: Double) { self = .number(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(arrayLiteral elements: Value...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, Value)...) {
        self = .object(ValueObject(elements.map { (key: $0.0, value: $0.1) }))
    }
}

extension Escaper {
    /// What is written for a value.
    func written(_ value: Value) -> String {
        var buffer = ByteBuffer()
        write(value, into: &buffer)
        return String(buffer: buffer)
    }
}

/// A generator that gives the same numbers for the same seed (SplitMix64).
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
