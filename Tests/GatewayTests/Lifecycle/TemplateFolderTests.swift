import Foundation
import Gateway
import NIOCore
import Testing

@Suite("The folder of templates")
struct TemplateFolderTests {
    /// Runs a body with a folder of files, which is removed afterwards.
    private func withFolder<Result>(
        _ files: [String: String],
        _ body: (String) throws -> Result
    ) throws -> Result {
        let root = NSTemporaryDirectory() + "templates-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        // What is left over is the system's to clear.
        defer { try? FileManager.default.removeItem(atPath: root) }
        for (path, text) in files { try write(text, to: path, in: root) }
        return try body(root)
    }

    private func write(_ text: String, to path: String, in root: String) throws {
        let place = URL(filePath: root).appending(path: path)
        try FileManager.default.createDirectory(
            at: place.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(text.utf8).write(to: place)
    }

    private func problems(_ root: String) -> [String] {
        do throws(TemplateFolderError) {
            _ = try TemplateFolder.load(path: root)
            return []
        } catch {
            return error.problems.map { "\($0.path): \($0.message)" }
        }
    }

    @Test("Templates and assets are told apart, and other files left out")
    func reading() throws {
        let files = [
            "blog/home.html": "<p>home</p>", "a.html": "é", "README.md": "x", ".hidden.html": "x",
            "blog/.git/a.html": "x",
            "assets/site.css": "p { }", "assets/fonts/a.woff2": "f", "assets/page.html": "<p>", "assets/x": "",
        ]
        try withFolder(files) { root in
            let folder = try TemplateFolder.load(path: root)
            #expect(folder.sources.map(\.path) == ["a.html", "blog/home.html"])
            #expect(folder.sources.map(\.text) == ["é", "<p>home</p>"])
            #expect(folder.assets.map(\.name) == ["fonts/a.woff2", "page.html", "site.css", "x"])
            #expect(
                folder.assets.map(\.contentType) == [
                    "font/woff2", "text/html; charset=utf-8", "text/css; charset=utf-8", "application/octet-stream",
                ]
            )
            let sheet = try #require(folder.asset(named: "site.css"))
            #expect(sheet.path == "/assets/site.css")
            #expect(sheet.bytes == ByteBuffer(string: "p { }"))
            #expect(folder.asset(named: "nothing.css") == nil)
        }
    }

    @Test("An asset's address and tag follow its contents alone")
    func versions() throws {
        try withFolder(["assets/a.css": "one", "assets/b.css": "one", "assets/c.css": "two"]) { root in
            let assets = try TemplateFolder.load(path: root).assets
            let versions = assets.map { $0.url.split(separator: "=").last ?? "" }
            #expect(assets.map(\.url).allSatisfy { $0.hasPrefix("/assets/") && $0.contains(".css?v=") })
            #expect(versions[0] == versions[1] && versions[1] != versions[2])
            #expect(assets[0].etag == assets[1].etag && assets[1].etag != assets[2].etag)
            #expect(assets[0].etag.hasPrefix("\"") && assets[0].etag.hasSuffix("\""))
        }
    }

    @Test("The stamp changes with every change of a file, and only then")
    func stamps() throws {
        try withFolder(["a.html": "1", "assets/a.css": "1"]) { root in
            var stamp = try TemplateFolder.load(path: root).stamp
            func hasChanged() throws -> Bool {
                let next = try TemplateFolder.stamp(path: root)
                defer { stamp = next }
                return next != stamp
            }
            #expect(try !hasChanged())
            try write("22", to: "a.html", in: root)
            #expect(try hasChanged())
            try write("x", to: "b.html", in: root)
            #expect(try hasChanged())
            try FileManager.default.moveItem(atPath: root + "/b.html", toPath: root + "/c.html")
            #expect(try hasChanged())
            try FileManager.default.removeItem(atPath: root + "/c.html")
            #expect(try hasChanged())
            try write("33", to: "next", in: root)
            #expect(try !hasChanged())
            let date = try #require(
                try FileManager.default.attributesOfItem(atPath: root + "/a.html")[.modificationDate] as? Date
            )
            try FileManager.default.setAttributes([.modificationDate: date + 1], ofItemAtPath: root + "/a.html")
            #expect(try hasChanged())
        }
    }

    @Test("Links within the folder are followed, those that lead out are refused")
    func links() throws {
        try withFolder(["outside.html": "secret", "t/a.html": "a", "t/sub/b.html": "b"]) { parent in
            let root = parent + "/t"
            func link(_ path: String, to target: String) throws {
                try FileManager.default.createSymbolicLink(
                    atPath: "\(root)/\(path)",
                    withDestinationPath: target
                )
            }
            try link("same.html", to: "a.html")
            try link("folder", to: "sub")
            let folder = try TemplateFolder.load(path: root)
            #expect(folder.sources.map(\.path) == ["a.html", "folder/b.html", "same.html", "sub/b.html"])
            try link("out.html", to: "../outside.html")
            try link("root", to: "/etc")
            try link("self", to: ".")
            try link("sub/up", to: "..")
            try link("nowhere.html", to: "nothing.html")
            #expect(
                problems(root) == [
                    "folder/up: is a symbolic link to a folder that it is in",
                    "nowhere.html: is a symbolic link to what does not exist",
                    "out.html: is a symbolic link that leads out of the folder",
                    "root: is a symbolic link that leads out of the folder",
                    "self: is a symbolic link to a folder that it is in",
                    "sub/up: is a symbolic link to a folder that it is in",
                ]
            )
        }
    }

    @Test("A link to the folder itself is as good as the folder")
    func linkedRoot() throws {
        try withFolder(["t/a.html": "a"]) { parent in
            try FileManager.default.createSymbolicLink(atPath: parent + "/link", withDestinationPath: "t")
            #expect(try TemplateFolder.load(path: parent + "/link/").sources.map(\.path) == ["a.html"])
        }
    }

    @Test("What cannot be used is told with its path, all of it")
    func refusals() throws {
        try withFolder(["assets/a b.css": "x", "fine.html": "x"]) { root in
            try Data([0x61, 0xFF]).write(to: URL(filePath: root + "/latin.html"))
            let found = problems(root)
            #expect(found.count == 2)
            #expect(found.contains { $0.hasPrefix("assets/a b.css: has a name that cannot stand in a URL") })
            #expect(found.contains("latin.html: is not UTF-8; save it in that encoding"))
        }
    }

    @Test("A folder that is none is told")
    func noFolder() throws {
        try withFolder(["file": "x"]) { root in
            #expect(problems(root + "/nothing") == [": does not exist"])
            #expect(problems(root + "/file").first?.hasPrefix(": is not a folder") == true)
            #expect(throws: TemplateFolderError.self) { try TemplateFolder.stamp(path: root + "/nothing") }
        }
    }
}
