import Foundation
import Synchronization
import Testing

@testable import Gateway

@Suite("The embedded store of shared state")
struct EmbeddedStateStoreTests {
    /// A clock that a test sets.
    final class Clock: Sendable {
        private let moment = Mutex(Instant(milliseconds: 1_790_000_000_000))

        var now: Instant { self.moment.withLock { $0 } }

        func advance(by duration: Duration) { self.moment.withLock { $0 = $0 + duration } }
    }

    @Test("a file survives a restart, with its lifetimes")
    func restart() async throws {
        try await StateStoreTests.withFile { path in
            let clock = Clock()
            do {
                let store = try EmbeddedStateStore(path: path) { clock.now }
                try await store.apply([
                    .set(key: "a", value: [1], lifetime: .seconds(10)),
                    .set(key: "b", value: [2], lifetime: .seconds(20)),
                    .add(member: "m", set: "s", lifetime: .seconds(20)),
                ])
            }
            clock.advance(by: .seconds(10))
            let store = try EmbeddedStateStore(path: path) { clock.now }
            #expect(try await store.values(of: ["a", "b"]) == [nil, [2]])
            #expect(try await store.members(of: "s") == ["m"])
        }
    }

    @Test("its file is for its owner alone")
    func permissions() async throws {
        try await StateStoreTests.withFile { path in
            let store = try EmbeddedStateStore(path: path)
            try await store.apply([.set(key: "a", value: [1], lifetime: .seconds(10))])
            for suffix in ["", "-wal"] {
                let attributes = try FileManager.default.attributesOfItem(atPath: path + suffix)
                #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
            }
        }
    }

    @Test("what has run out is swept away")
    func sweep() async throws {
        let clock = Clock()
        let store = try EmbeddedStateStore(path: nil) { clock.now }
        try await store.apply((0..<100).map { .set(key: "k\($0)", value: [1], lifetime: .seconds(5)) })
        try await store.apply((0..<100).map { .add(member: "m\($0)", set: "s", lifetime: .seconds(5)) })
        #expect(try await store.count() == 200)
        clock.advance(by: .seconds(6) + EmbeddedStateStore.sweepInterval)
        #expect(try await store.create("last", [1], lifetime: .seconds(5)))
        #expect(try await store.count() == 1)
    }

    @Test("a file that is none of its own, or cannot be made, is named")
    func unusable() async throws {
        try await StateStoreTests.withFile { path in
            try Data("this is no database, and long enough to be seen as none".utf8).write(
                to: URL(fileURLWithPath: path)
            )
            for path in [path, path + "/in/no/folder"] {
                do {
                    _ = try EmbeddedStateStore(path: path)
                    Issue.record("\(path) was opened")
                } catch {
                    #expect("\(error)".contains(path))
                }
            }
        }
    }
}
