import Foundation

/// The programs of the system that read what this project has written, so that nobody grades his own work.
package enum Tool {
    /// Why a program gave no result.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String

        package init(description: String) {
            self.description = description
        }
    }

    /// Runs a program with some bytes as its input, and gives what it prints.
    ///
    /// - Throws: ``Failure`` with what it says of an error, when its status is not 0.
    package static func run(_ program: String, _ arguments: [String], input: [UInt8]) throws -> [UInt8] {
        // Files and not pipes: nobody waits for anybody.
        try self.withFile(input) { inputPath in
            try self.withFile([]) { outputPath in
                try self.withFile([]) { errorPath in
                    let process = Process()
                    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
                    process.arguments = [program] + arguments
                    process.standardInput = FileHandle(forReadingAtPath: inputPath)
                    process.standardOutput = FileHandle(forWritingAtPath: outputPath)
                    process.standardError = FileHandle(forWritingAtPath: errorPath)
                    try process.run()
                    process.waitUntilExit()
                    guard process.terminationStatus == 0 else {
                        let reason = try String(contentsOfFile: errorPath, encoding: .utf8)
                        throw Failure(description: "\(program) gave \(process.terminationStatus): \(reason)")
                    }
                    return [UInt8](try Data(contentsOf: URL(fileURLWithPath: outputPath)))
                }
            }
        }
    }

    /// Runs `body` with the path of a file that holds some bytes, and is gone afterwards.
    package static func withFile<Result>(_ bytes: [UInt8], _ body: (String) throws -> Result) throws -> Result {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("tool-\(UUID().uuidString)")
        try Data(bytes).write(to: file)
        // What is left in the system's folder for temporary files does no harm.
        defer { try? FileManager.default.removeItem(at: file) }
        return try body(file.path)
    }

    /// What `python3` makes of several inputs at once, each with its length of 4 bytes before it, by the expression
    /// `decode(data)` that the script defines.
    package static func python(_ script: String, inputs: [[UInt8]]) throws -> [[UInt8]] {
        let frame = """
            import struct, sys
            data, place = sys.stdin.buffer.read(), 0
            while place < len(data):
                (count,) = struct.unpack_from('<I', data, place)
                plain = decode(data[place + 4 : place + 4 + count])
                sys.stdout.buffer.write(struct.pack('<I', len(plain)) + plain)
                place += 4 + count
            """
        var input: [UInt8] = []
        for bytes in inputs {
            withUnsafeBytes(of: UInt32(bytes.count).littleEndian) { input.append(contentsOf: $0) }
            input.append(contentsOf: bytes)
        }
        // The system's own, whose packages come with the system.
        var output = try self.run("/usr/bin/python3", ["-c", script + "\n" + frame], input: input)[...]
        var outputs: [[UInt8]] = []
        while !output.isEmpty {
            let count = output.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
            outputs.append(Array(output.dropFirst(4).prefix(count)))
            output = output.dropFirst(4 + count)
        }
        return outputs
    }
}
