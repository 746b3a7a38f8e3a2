import Hummingbird
import HummingbirdTesting
import Testing

@testable import ServiceStubs

struct PictureTests {
    @Test(arguments: Picture.Motif.allCases)
    func everyMotifIsWellFormedAndStaysTheSame(motif: Picture.Motif) throws {
        for name in ["a", "b-c", "12"] {
            let picture = try #require(Picture(name: "\(motif.rawValue)-\(name)"))
            #expect(WellFormedness(picture.svg.html).isWellFormed)
            #expect(picture.svg == picture.svg)
        }
        #expect(Picture(name: "\(motif.rawValue)-a")?.svg != Picture(name: "\(motif.rawValue)-b")?.svg)
    }

    @Test(arguments: ["", "-", "cat-1", "Hills-a", "hills/a", "hills-ä", "hills-" + String(repeating: "a", count: 80)])
    func refusesOtherNames(name: String) {
        #expect(Picture(name: name) == nil)
    }

    @Test func isServedOnEveryServiceWithAValidator() async throws {
        let harness = try StubHarness()
        for service in ServiceName.allCases {
            let first = try await harness.get(service, "/images/loaf-dark-rye.svg")
            #expect(first.status == .ok)
            #expect(first["Content-Type"] == "image/svg+xml")
            #expect(first["Cache-Control"]?.contains("max-age=86400") == true)
            let tag = try #require(first["ETag"])
            let second = try await harness.get(
                service,
                "/images/loaf-dark-rye.svg",
                headers: ["If-None-Match": "\"other\", W/\(tag)"]
            )
            #expect(second.status == .notModified)
            #expect(second.text.isEmpty)
        }
    }

    @Test(arguments: ["loaf-a", "loaf-a.png", "cat-a.svg", ".svg", "..%2F..%2Fetc%2Fpasswd"])
    func unknownPicturesAreNotFound(name: String) async throws {
        #expect(try await StubHarness().get(.blog, "/images/\(name)").status == .notFound)
    }
}
