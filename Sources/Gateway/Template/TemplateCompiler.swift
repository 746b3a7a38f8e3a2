package import FragmentProtocol

/// What the compiler is told about the site.
package struct TemplateCompilerOptions: Sendable {
    /// The names of the services in gateway.yaml; nil when they are not known, and then no name is refused.
    package var services: [String]?
    /// The address of a file among the site's assets, `site.css` to `/assets/site.css?v=…`; nil when there is none.
    package var asset: @Sendable (String) -> String?
    /// Names with the same value for every request, such as `site` and `services`; printing them becomes static text.
    package var constants: [RootName: Value]
    /// Whether a fragment's answer depends on who is looking.
    package var isPersonal: @Sendable (FragmentName) -> Bool
    /// Whether warnings are errors.
    package var isStrict: Bool

    /// Options; without arguments any service exists, and every asset is found below `/assets/`.
    package init(
        services: [String]? = nil,
        asset: @escaping @Sendable (String) -> String? = { "/assets/\($0)" },
        constants: [RootName: Value] = [:],
        isPersonal: @escaping @Sendable (FragmentName) -> Bool = { _ in false },
        isStrict: Bool = false
    ) {
        self.isPersonal = isPersonal
        self.constants = constants
        self.services = services
        self.asset = asset
        self.isStrict = isStrict
    }
}

/// The stages of the template language, in order: parse, resolve, check, build.
package enum TemplateCompiler {
    /// Compiles all templates of a site.
    ///
    /// - Throws: every error of every template, with the warnings among them.
    package static func compile(
        _ sources: [TemplateSource],
        options: TemplateCompilerOptions = TemplateCompilerOptions()
    ) throws(TemplateDiagnostics) -> TemplateSet {
        var compilation = Compilation(sources, options: options)
        compilation.compile()
        return try compilation.result()
    }

    /// The 128-bit FNV-1a hash of all paths and texts, in hexadecimal.
    fileprivate static func version(of sources: [TemplateSource]) -> String {
        var hash: UInt128 = 0x6C62_272E_07BB_0142_62B8_2175_6295_C58D
        func add(_ text: String) {
            for byte in text.utf8 {
                hash = (hash ^ UInt128(byte)) &* 0x0000_0000_0100_0000_0000_0000_0000_013B
            }
            // No text holds this byte, so that two texts are never taken for one.
            hash = (hash ^ 0xFF) &* 0x0000_0000_0100_0000_0000_0000_0000_013B
        }
        for source in sources {
            add(source.path)
            add(source.text)
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 32 - digits.utf8.count) + digits
    }
}

/// One run of the compiler over a site.
private struct Compilation {
    private let options: TemplateCompilerOptions
    private let sources: [TemplateSource]
    private var diagnostics: DiagnosticCollector
    private var trees: [String: TemplateTree] = [:]
    private var files: [String: Int] = [:]
    /// Templates whose own text is wrong; the HTML of pages of which they are a part is not followed.
    private var broken: Set<String> = []
    private var programs: [String: PageProgram] = [:]
    private var safeUses: Set<TemplatePosition> = []

    init(_ sources: [TemplateSource], options: TemplateCompilerOptions) {
        self.options = options
        self.sources = sources.sorted { $0.path < $1.path }
        self.diagnostics = DiagnosticCollector(files: self.sources.map { SourceFile($0) })
    }

    mutating func compile() {
        for (file, source) in sources.enumerated() {
            let errors = diagnostics.errorCount
            trees[source.path] = TemplateParser.parse(file, &diagnostics)
            files[source.path] = file
            if diagnostics.errorCount > errors { broken.insert(source.path) }
        }
        let parts = Set(trees.values.flatMap(\.references))
        var seen: Set<String> = []
        for path in trees.keys.sorted() where !parts.contains(path) { seen.formUnion(compilePage(path)) }
        for path in trees.keys.sorted() where parts.contains(path) {
            // Parts of pages are checked where they are put; one that only others in a circle use is a page itself.
            if seen.contains(path) { compilePart(path) } else { seen.formUnion(compilePage(path)) }
        }
    }

    /// Compiles a template that no other uses; the templates of which it is made.
    private mutating func compilePage(_ path: String) -> Set<String> {
        let (made, program) = compile(path, &diagnostics)
        if let program {
            programs[path] = program.program
            safeUses.formUnion(program.safeUses)
        }
        return made
    }

    /// Compiles a layout or partial by itself, if that makes sense.
    private mutating func compilePart(_ path: String) {
        var own = DiagnosticCollector(files: diagnostics.files)
        let (_, program) = compile(path, &own)
        if own.errorCount == 0, let program { programs[path] = program.program }
    }

    private func compile(
        _ path: String,
        _ diagnostics: inout DiagnosticCollector
    ) -> (parts: Set<String>, program: ProgramBuilder.Result?) {
        guard let file = files[path] else { return ([], nil) }
        let errors = diagnostics.errorCount
        let page = PageResolver.resolve(path, in: trees, &diagnostics)
        guard broken.isDisjoint(with: page.parts), diagnostics.errorCount == errors else {
            // What is missing from the page may be what declares a name or closes a tag: only what is wrong in any case
            // is reported.
            var own = DiagnosticCollector(files: diagnostics.files)
            _ = ProgramBuilder.build(page.nodes, path: path, options: options, &own)
            diagnostics.mergeErrors(of: own)
            return (page.parts, nil)
        }
        let nodes = ContextChecker.check(page.nodes, path: path, file: file, &diagnostics)
        let program = ProgramBuilder.build(nodes, path: path, options: options, &diagnostics)
        return (page.parts, diagnostics.errorCount == errors ? program : nil)
    }

    func result() throws(TemplateDiagnostics) -> TemplateSet {
        let found = diagnostics.sorted
        if diagnostics.errorCount > 0 || (options.isStrict && !found.isEmpty) {
            throw TemplateDiagnostics(items: found)
        }
        return TemplateSet(
            programs: programs,
            version: TemplateCompiler.version(of: sources),
            safeUses: safeUses.sorted { ($0.path, $0.line, $0.column) < ($1.path, $1.line, $1.column) },
            warnings: found
        )
    }
}

extension TemplateTree {
    /// The templates that this one extends and includes.
    fileprivate var references: [String] {
        (layout.map { [$0.path] } ?? []) + Self.references(in: nodes)
    }

    private static func references(in nodes: [TemplateNode]) -> [String] {
        nodes.flatMap { node -> [String] in
            switch node.kind {
            case .include(let reference): [reference.path]
            case .block(_, let body): references(in: body)
            case .condition(let branches, let otherwise):
                branches.flatMap { references(in: $0.body) } + references(in: otherwise)
            case .loop(_, let body, let otherwise): references(in: body) + references(in: otherwise)
            case .fragment(_, let otherwise): references(in: otherwise)
            case .text, .print, .parentBlock, .set, .data, .csrf: []
            }
        }
    }
}
