import Hiredis
import Testing

@Suite struct CommandBuilderTests {
    @Test(arguments: [
        (["PING"], "*1\r\n$4\r\nPING\r\n"),
        (["GET", "key"], "*2\r\n$3\r\nGET\r\n$3\r\nkey\r\n"),
        (["SET", "", "a b\r\nc"], "*3\r\n$3\r\nSET\r\n$0\r\n\r\n$6\r\na b\r\nc\r\n"),
        ([""], "*1\r\n$0\r\n\r\n"),
        (["ECHO", "ä€"], "*2\r\n$4\r\nECHO\r\n$5\r\nä€\r\n"),
    ])
    func formatsArguments(arguments: [String], expected: String) throws {
        var builder = CommandBuilder()
        for argument in arguments { builder.append(argument) }
        #expect(builder.argumentCount == arguments.count)
        #expect(try builder.format(text) == expected)
    }

    @Test func joinsAPrefixAndARestToOneArgument() throws {
        var builder = CommandBuilder()
        builder.append("DEL")
        builder.append("prefix:", "rest")
        #expect(try builder.format(text) == "*2\r\n$3\r\nDEL\r\n$11\r\nprefix:rest\r\n")
    }

    @Test func takesAnyBytes() throws {
        let bytes = (0...255).map(UInt8.init)
        var builder = CommandBuilder()
        builder.append("ECHO")
        builder.append(bytes: bytes.span.bytes)
        let command = try builder.format { command in command.withUnsafeBytes { Array($0) } }
        #expect(command == Array("*2\r\n$4\r\nECHO\r\n$256\r\n".utf8) + bytes + Array("\r\n".utf8))
    }

    @Test func canBeUsedAgain() throws {
        var builder = CommandBuilder()
        builder.append(String(repeating: "x", count: 100_000))
        _ = try builder.format(text)
        builder.removeAll()
        #expect(builder.argumentCount == 0)
        builder.append("PING")
        #expect(try builder.format(text) == "*1\r\n$4\r\nPING\r\n")
    }

    @Test func refusesToFormatNothing() {
        #expect(throws: CommandError(code: .argumentCount)) { try CommandBuilder().format { _ in } }
    }

    private func text(_ command: RawSpan) -> String {
        command.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }
}
