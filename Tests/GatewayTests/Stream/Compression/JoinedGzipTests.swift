import NIOCore
import TestSupport
import Testing
import Zlib

@testable import Gateway

@Suite struct JoinedGzipTests {
    private static func join(_ runs: [DeflatedRun]) -> [UInt8] {
        var output = ByteBuffer()
        var member = JoinedGzip(into: &output)
        for run in runs { member.append(run, to: &output) }
        member.finish(into: &output)
        return output.bytes
    }

    @Test func isOneMemberWhateverItsRuns() throws {
        var generator = SeededGenerator(seed: 11)
        var stream = try DeflateStream(DeflateSettings(framing: .raw, level: 9))
        var members: [[UInt8]] = []
        var texts: [[UInt8]] = []
        for _ in 0..<60 {
            let parts = (0..<Int.random(in: 0..<12, using: &generator)).map { _ in SampleTexts.any(using: &generator) }
            let runs = try parts.map { try DeflatedRun(deflating: $0.span.bytes, through: &stream) }
            let member = Self.join(runs)
            #expect(member.count == runs.reduce(20) { $0 + $1.bytes.readableBytes })
            members.append(member)
            texts.append(Array(parts.joined()))
        }
        #expect(try gunzip(members) == texts)
        // The usual reader of whole files as well, with its check of the trailer.
        for (member, text) in zip(members, texts).prefix(5) {
            #expect(try Tool.run("gunzip", ["-c"], input: member) == text)
        }
    }

    @Test func aRunMayReferToWhatStandsRightBeforeIt() throws {
        var generator = SeededGenerator(seed: 12)
        var stream = try DeflateStream(DeflateSettings(framing: .raw, level: 9))
        for _ in 0..<20 {
            let first = SampleTexts.markup(Int.random(in: 1..<50_000, using: &generator), using: &generator)
            let second = Array(first.suffix(2000)) + SampleTexts.markup(500, using: &generator)
            let runs = [
                try DeflatedRun(deflating: first.span.bytes, through: &stream),
                try DeflatedRun(deflating: second.span.bytes, after: first.span.bytes, through: &stream),
            ]
            #expect(try gunzip([Self.join(runs)]) == [first + second])
        }
    }

    @Test func anEmptyPageIsAMemberToo() throws {
        #expect(try gunzip([Self.join([])]) == [[]])
        #expect(Self.join([]).count == 20)
    }

    @Test func textsMayBeDeflatedByTheCaller() throws {
        var stream = try DeflateStream(DeflateSettings(framing: .raw, level: 6))
        let text = Array("hello, hello".utf8)
        let run = try DeflatedRun(deflating: text.span.bytes, through: &stream)
        var output = ByteBuffer(string: "before")
        var member = JoinedGzip(into: &output)
        member.append(deflated: text.span.bytes)
        output.writeImmutableBuffer(run.bytes)
        member.append(run, to: &output)
        member.finish(into: &output)
        #expect(output.readString(length: 6) == "before")
        #expect(try gunzip([output.bytes]) == [text + text])
    }

    @Test func aRunKeepsNoMoreThanItsBytes() throws {
        var generator = SeededGenerator(seed: 13)
        let text = SampleTexts.markup(50_000, using: &generator)
        var stream = try DeflateStream(DeflateSettings(framing: .raw, level: 6))
        let run = try DeflatedRun(deflating: text.span.bytes, through: &stream)
        #expect(run.length == text.count)
        #expect(run.bytes.storageCapacity < 2 * run.bytes.readableBytes)
    }
}
