import Synchronization

@testable import Gateway

/// The shared state in the memory of a test, whose clock stands still until it is told to go on.
final class MemoryStateStore: StateStore {
    private struct State {
        var values: [String: (bytes: [UInt8], endsAt: Duration)] = [:]
        var sets: [String: [String: Duration]] = [:]
        var now = Duration.zero
        var isDown = false
    }

    private let state = Mutex(State())

    /// Lets time pass.
    func advance(by duration: Duration) { self.state.withLock { $0.now += duration } }

    /// Whether nothing can be reached.
    func setDown(_ isDown: Bool) { self.state.withLock { $0.isDown = isDown } }

    /// The keys that hold a value, in order.
    var keys: [String] {
        self.state.withLock { state in state.values.filter { $0.value.endsAt > state.now }.map(\.key).sorted() }
    }

    /// Everything that is stored.
    var dump: [UInt8] { self.state.withLock { $0.values.values.flatMap(\.bytes) } }

    /// Moves a value under another key, as somebody with access to the store could.
    func move(_ key: String, to other: String) {
        self.state.withLock { $0.values[other] = $0.values.removeValue(forKey: key) }
    }

    private func access<Result>(_ body: (inout State) -> Result) throws(StateStoreFailure) -> Result {
        let result = self.state.withLock { state in state.isDown ? nil : body(&state) }
        guard let result else { throw StateStoreFailure("the store is down") }
        return result
    }

    private static func value(_ key: String, _ state: State) -> [UInt8]? {
        state.values[key].flatMap { $0.endsAt > state.now ? $0.bytes : nil }
    }

    func values(of keys: [String]) async throws(StateStoreFailure) -> [[UInt8]?] {
        try self.access { state in keys.map { Self.value($0, state) } }
    }

    func take(_ key: String) async throws(StateStoreFailure) -> [UInt8]? {
        let taken = try self.access { state in
            let value = Self.value(key, state)
            state.values[key] = nil
            return [value]
        }
        return taken[0]
    }

    func create(_ key: String, _ value: [UInt8], lifetime: Duration) async throws(StateStoreFailure) -> Bool {
        try self.access { state in
            guard Self.value(key, state) == nil else { return false }
            state.values[key] = (value, state.now + lifetime)
            return true
        }
    }

    func renew(_ key: String, holding value: [UInt8], lifetime: Duration) async throws(StateStoreFailure) -> Bool {
        try self.access { state in
            guard Self.value(key, state) == value else { return false }
            state.values[key] = (value, state.now + lifetime)
            return true
        }
    }

    func delete(_ key: String, holding value: [UInt8]) async throws(StateStoreFailure) -> Bool {
        try self.access { state in
            guard Self.value(key, state) == value else { return false }
            state.values[key] = nil
            return true
        }
    }

    func members(of set: String) async throws(StateStoreFailure) -> [String] {
        try self.access { state in (state.sets[set] ?? [:]).filter { $0.value > state.now }.map(\.key) }
    }

    func apply(_ changes: [StateChange]) async throws(StateStoreFailure) {
        try self.access { state in
            for change in changes {
                switch change {
                case .set(let key, let value, let lifetime): state.values[key] = (value, state.now + lifetime)
                case .delete(let key):
                    state.values[key] = nil
                    state.sets[key] = nil
                case .add(let member, let set, let lifetime):
                    state.sets[set, default: [:]][member] = state.now + lifetime
                case .remove(let member, let set): state.sets[set]?[member] = nil
                case .increment(let key, let lifetime):
                    let text = String(decoding: Self.value(key, state) ?? [], as: UTF8.self)
                    state.values[key] = (Array(String((Int(text) ?? 0) + 1).utf8), state.now + lifetime)
                }
            }
        }
    }
}
