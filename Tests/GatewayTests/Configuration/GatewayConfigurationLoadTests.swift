import Foundation
import Testing

@testable import Gateway

@Suite struct GatewayConfigurationLoadTests {
    /// Calls a closure with a folder that is gone afterwards.
    private func withFolder(_ body: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "configuration-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer {
            // A folder that stays behind in the temporary directory fails no test.
            try? FileManager.default.removeItem(at: folder)
        }
        try body(folder)
    }

    private func mistakes(ofFile path: String) -> String {
        do {
            _ = try GatewayConfiguration.load(path: path, environment: [:])
            return ""
        } catch {
            return error.description
        }
    }

    @Test func readsAFile() throws {
        try withFolder { folder in
            let path = folder.appending(path: "gateway.yaml").path()
            try Data(ConfigurationSamples.smallest.utf8).write(to: URL(filePath: path))
            let configuration = try GatewayConfiguration.load(path: path, environment: [:])
            #expect(configuration.file == path)
            #expect(configuration.templates == folder.path() + "/Templates")
            let effective = try EffectiveConfiguration.load(path: path, environment: [:])
            #expect(effective.description.contains("\(path):1"))
        }
    }

    @Test func tellsWhyAFileCannotBeRead() throws {
        try withFolder { folder in
            let missing = folder.appending(path: "gateway.yaml").path()
            #expect(mistakes(ofFile: missing) == "\(missing): there is no such file; name another with --config")
            #expect(mistakes(ofFile: folder.path()).hasPrefix("\(folder.path()): the file cannot be read ("))
            let latin = folder.appending(path: "latin.yaml")
            try Data([0x64, 0x3A, 0x20, 0xE9]).write(to: latin)
            #expect(
                mistakes(ofFile: latin.path()) == "\(latin.path()): the file is not UTF-8; save it in that encoding"
            )
        }
    }

    @Test func aMarkAtTheBeginningAndCarriageReturnsAreNoMistakes() throws {
        let text = "\u{FEFF}" + ConfigurationSamples.smallest.replacing("\n", with: "\r\n") + "domain: a.b\r\n"
        #expect(try ConfigurationSamples.load(text).domain == "a.b")
    }
}
