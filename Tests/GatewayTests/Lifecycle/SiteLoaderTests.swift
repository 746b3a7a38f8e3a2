import Foundation
import Logging
import NIOCore
import Testing

@testable import Gateway

@Suite struct SiteLoaderTests {
    /// Runs a body with a loader of files in a folder of their own, and with the folder's path.
    private func withLoader(
        _ files: [String: String],
        environment: [String: String] = [:],
        _ body: (SiteLoader, String) throws -> Void
    ) throws {
        let root = NSTemporaryDirectory() + "loader-" + UUID().uuidString
        // What is left over is the system's to clear.
        defer { try? FileManager.default.removeItem(atPath: root) }
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        for (path, text) in files {
            let place = URL(filePath: root).appending(path: path)
            try FileManager.default.createDirectory(
                at: place.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(text.utf8).write(to: place)
        }
        let loader = SiteLoader(
            configurationPath: root + "/gateway.yaml",
            environment: environment,
            hasher: FragmentSamples.hasher
        )
        try body(loader, root)
    }

    /// What keeps a site from being made, with `ROOT` for the folder; nil when nothing does.
    private func failure(_ loader: SiteLoader, _ root: String) -> String? {
        do throws(SiteLoader.Failure) {
            let configuration = try loader.configuration()
            _ = try loader.site(
                configuration,
                fetcher: SiteLoader.fetcher(configuration, threads: 1, logger: Logger(label: "test"))
            )
            return nil
        } catch {
            return error.description.replacing(root, with: "ROOT")
        }
    }

    private static let services = "services: { blog: { upstream: \"http://127.0.0.1:9\" } }\n"

    private static let configuration =
        services + """
            site: { name: "${NAME}" }
            pages:
              - { host: blog, path: "/", template: blog/home.html }
              - { host: blog, path: "/posts", template: blog/posts.html }

            """

    @Test func aGoodSiteIsMade() throws {
        let files = [
            "gateway.yaml": Self.configuration,
            "Templates/blog/home.html": "<p>{{ site.name }}</p>{% fragment \"blog/nav\" %}",
            "Templates/blog/posts.html": "<link rel=\"stylesheet\" href=\"{{ asset(\"site.css\") }}\">",
            "Templates/errors/404.html": "<p>{{ services.blog.url }}</p>", "Templates/assets/site.css": "p { }",
        ]
        try withLoader(files, environment: ["NAME": "Rose & Ash"]) { loader, _ in
            let configuration = try loader.configuration()
            let site = try loader.site(
                configuration,
                fetcher: SiteLoader.fetcher(configuration, threads: 1, logger: Logger(label: "test"))
            )
            #expect(site.configuration == configuration)
            #expect(site.pages.map(\.program.path) == ["blog/home.html", "blog/posts.html"])
            #expect(site.errorPages.keys.sorted() == [404])
            #expect(String(buffer: site.pages[0].program.staticText) == "<p>Rose &amp; Ash</p>")
            let asset = try #require(site.assets.first)
            #expect(site.assets.count == 1)
            #expect(String(buffer: site.pages[1].program.staticText).contains("\"\(asset.url)\""))
            #expect(site.pages[0].uses.map { String(buffer: $0.timingName) } == [", blog.nav;desc="])
            #expect(
                site.pages[0].uses.map { $0.constant?.key } == [FragmentSamples.hasher.hash("blog/nav")]
            )
        }
    }

    @Test func eachMissingTemplateIsToldWithItsPlace() throws {
        let files = ["gateway.yaml": Self.configuration, "Templates/other.html": "x"]
        try withLoader(files, environment: ["NAME": "x"]) { loader, root in
            #expect(
                failure(loader, root) == """
                    ROOT/gateway.yaml:4:40: there is no template 'blog/home.html' in ROOT/Templates
                    ROOT/gateway.yaml:5:45: there is no template 'blog/posts.html' in ROOT/Templates
                    """
            )
        }
    }

    @Test func mistakesOfTemplatesArePassedOn() throws {
        let files = [
            "gateway.yaml": Self.configuration, "Templates/blog/home.html": "fine\n  {% fragment \"nothing/nav\" %}",
            "Templates/blog/posts.html": "{{ site.name ",
        ]
        try withLoader(files, environment: ["NAME": "x"]) { loader, root in
            let lines = try #require(failure(loader, root)).split(separator: "\n")
            #expect(lines.contains { $0.hasPrefix("blog/home.html:2:") && $0.contains(": error: ") })
            #expect(lines.contains { $0.hasPrefix("blog/posts.html:1:") && $0.contains(": error: ") })
            #expect(lines.contains { $0.contains("nothing") })
            // A template that is there but broken is not missing.
            #expect(!lines.contains { $0.contains("there is no template") })
        }
    }

    @Test func anAssetThatIsNotThereIsAMistake() throws {
        let files = ["gateway.yaml": Self.services, "Templates/a.html": "<img src=\"{{ asset(\"gone.png\") }}\">"]
        try withLoader(files) { loader, root in
            let text = try #require(failure(loader, root))
            #expect(text.hasPrefix("a.html:1:20: error: ") && text.contains("gone.png"))
        }
    }

    @Test func mistakesOfTheConfigurationArePassedOn() throws {
        try withLoader(["gateway.yaml": Self.services + "sservices: {}\nlimits: { body: lots }\n"]) { loader, root in
            let text = try #require(failure(loader, root))
            #expect(text.contains("ROOT/gateway.yaml:2:1: "))
            #expect(text.contains("ROOT/gateway.yaml:3:"))
        }
        try withLoader([:]) { loader, root in
            let text = try #require(failure(loader, root))
            #expect(text.hasPrefix("ROOT/gateway.yaml: ") && text.contains("there is no such file"))
        }
    }

    @Test func aFolderOfTemplatesThatIsNotThereIsTold() throws {
        try withLoader(["gateway.yaml": Self.services]) { loader, root in
            #expect(failure(loader, root) == "ROOT/Templates: does not exist")
        }
    }

    @Test func eachServiceHasItsUpstreams() throws {
        let text = """
            services:
              blog: { upstream: ["http://127.0.0.1:1", "unix:/run/blog.sock"] }
              cart: { upstream: "https://cart.internal", concurrency: 3 }

            """
        try withLoader(["gateway.yaml": text]) { loader, _ in
            let fetcher = SiteLoader.fetcher(try loader.configuration(), threads: 2, logger: Logger(label: "test"))
            #expect(fetcher.status.map(\.service) == ["blog", "cart"])
            #expect(fetcher.status.allSatisfy { $0.fetches == 0 && $0.open.isEmpty })
        }
    }
}
