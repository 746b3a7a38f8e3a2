/// Which names are in reach at a place of a page, and where their values are.
struct NameScopes {
    private struct Scope {
        var slots: [String: UInt32] = [:]
        var loop: UInt16?
    }

    private var scopes = [Scope()]

    /// Begins a block, an included template or, with its number, a loop's body.
    mutating func open(loop: UInt16? = nil) {
        scopes.append(Scope(loop: loop))
    }

    /// Ends it; the names declared in it are gone.
    mutating func close() {
        scopes.removeLast()
    }

    /// Makes a name known in the innermost scope.
    mutating func declare(_ name: String, slot: UInt32) {
        scopes[scopes.count - 1].slots[name] = slot
    }

    /// The slot of a name, that of the innermost scope first.
    func slot(of name: String) -> UInt32? {
        for scope in scopes.reversed() {
            if let slot = scope.slots[name] { return slot }
        }
        return nil
    }

    /// The loop whose body this is.
    var loop: UInt16? { scopes.last { $0.loop != nil }?.loop }

    /// All names in reach, sorted.
    var all: [String] { Set(scopes.flatMap(\.slots.keys)).sorted() }
}
