import FragmentProtocol
import NIOCore
import Testing

@testable import Gateway

@Suite("What stands in for fragments that fail")
struct FallbackShelfTests {
    private static func manifest(_ fallbacks: [String: String]) -> ServiceManifest { Self.manifest("a", fallbacks) }

    private static func manifest(_ service: String, _ fallbacks: [String: String]) -> ServiceManifest {
        ServiceManifest(
            service: service,
            version: "1",
            fragments: fallbacks.map { FragmentDeclaration(type: $0.key, fallback: $0.value) }
        )
    }

    private static func name(_ type: String, of service: String = "a") throws -> FragmentName {
        try #require(FragmentName(service: service, type: type))
    }

    @Test("what could not be had stays, what is no longer named goes, and other services' is left alone")
    func life() throws {
        let shelf = FallbackShelf()
        let x = try Self.name("x")
        let y = try Self.name("y")
        let foreign = try Self.name("x", of: "b")
        shelf.put(["p": ByteBuffer(string: "of b")], of: Self.manifest("b", ["x": "p"]))
        shelf.put(["p": ByteBuffer(string: "1")], of: Self.manifest(["x": "p", "y": "q"]))
        #expect(shelf[x] == ByteBuffer(string: "1"))
        #expect(shelf[y] == nil)
        shelf.put(["q": ByteBuffer(string: "2")], of: Self.manifest(["x": "p", "y": "q"]))
        #expect(shelf[x] == ByteBuffer(string: "1"))
        #expect(shelf[y] == ByteBuffer(string: "2"))
        shelf.put([:], of: Self.manifest(["y": "q"]))
        #expect(shelf[x] == nil)
        #expect(shelf[y] == ByteBuffer(string: "2"))
        #expect(shelf[foreign] == ByteBuffer(string: "of b"))
        shelf.keep(services: ["b"])
        #expect(shelf[y] == nil)
        #expect(shelf[foreign] == ByteBuffer(string: "of b"))
    }
}
