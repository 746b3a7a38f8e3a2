import FragmentProtocol
import NIOCore

/// Runs a page over the copies that are known, and notes what it uses.
struct ExplainHost: PageHost {
    /// A fragment that the page uses, and where.
    struct Used {
        let identifier: FragmentIdentifier
        let bound: BoundUse
        var uses: [FragmentUse]
    }

    let request: PageRequest
    let site: Site
    let hasher: CacheKeyHasher
    /// The copies that are known, whatever their age.
    let copies: [CacheKey: StoredFragment]
    private(set) var used: [Used] = []
    /// Data that nobody has a copy of, on which the rest of the page may depend.
    private(set) var unknownData: [String] = []
    private var places: [CacheKey: Int] = [:]
    private var primary: CacheKey?

    init(request: PageRequest, site: Site, hasher: CacheKeyHasher, copies: [CacheKey: StoredFragment]) {
        self.request = request
        self.site = site
        self.hasher = hasher
        self.copies = copies
    }

    /// Goes through the page.
    mutating func run() {
        var machine = PageMachine(self.request.page.program)
        // The primary's name for itself may be printed before it stands there.
        machine.plan(host: &self)
        var output = ByteBuffer()
        _ = machine.run(into: &output, host: &self)
    }

    private mutating func note(_ use: FragmentUse, _ parameters: FragmentParameters?) -> CacheKey {
        let bound = self.request.page.uses[use.index]
        let identifier = bound.identifier(
            parameters,
            subject: nil,
            language: self.request.language,
            hasher: self.hasher
        )
        if use.isPrimary { self.primary = identifier.key }
        if let place = self.places[identifier.key] {
            if !self.used[place].uses.contains(where: { $0 === use }) { self.used[place].uses.append(use) }
        } else {
            self.places[identifier.key] = self.used.count
            self.used.append(Used(identifier: identifier, bound: bound, uses: [use]))
        }
        return identifier.key
    }

    mutating func insert<Output: PageOutput>(
        _ use: FragmentUse,
        parameters: FragmentParameters?,
        into output: inout Output
    ) -> InsertStep {
        let key = self.note(use, parameters)
        // What is not known is taken to be there: its `or` body would be the exception.
        guard let copy = self.copies[key], copy.status >= 300, !use.isPrimary else { return .inserted }
        return .failed
    }

    mutating func bind(_ use: FragmentUse, parameters: FragmentParameters?) -> BindStep {
        let key = self.note(use, parameters)
        if let copy = self.copies[key], copy.status < 300 {
            do {
                return .value(try Value(json: copy.body))
            } catch {
                return .failed
            }
        }
        if self.copies[key] == nil, !self.unknownData.contains(use.name.description) {
            self.unknownData.append(use.name.description)
        }
        return .failed
    }

    mutating func prefetch(_ use: FragmentUse, parameters: FragmentParameters?) { _ = self.note(use, parameters) }

    mutating func root(_ name: RootName) -> Value {
        guard name == .page else { return self.request.root(name, of: self.site) }
        return PageFacts.value(self.primary.flatMap { self.copies[$0] }, status: self.request.status)
    }

    mutating func rootMember(_ name: RootName, _ member: String) -> Value? {
        self.request.member(name, member, of: self.site)
    }
}
