import Foundation
import Glibc

/// A Redis of a test's own: on a free port of the loopback address, without persistence, in a folder that goes with it.
///
/// ``stop()`` ends it; ``withRedisServer(arguments:_:)`` sees to that.
package final class RedisServer: Sendable {
    /// Why a server could not be started.
    package struct StartError: Error, CustomStringConvertible {
        package let description: String
    }

    /// The port it listens on, also after a restart.
    package let port: Int
    /// The Unix socket it listens on.
    package let socketPath: String
    private let folder: URL
    private let arguments: [String]
    /// What it says when it is there.
    private let greeting: String
    private let process: ProcessBox

    private init(port: Int, folder: URL, arguments: [String], greeting: String) throws {
        self.port = port
        self.folder = folder
        self.socketPath = folder.appendingPathComponent(Self.socketName).path
        self.arguments = arguments
        self.greeting = greeting
        self.process = ProcessBox()
        try self.launch()
    }

    /// Starts a server and waits until it accepts connections.
    ///
    /// - Parameter arguments: further arguments of `redis-server`, such as `["--requirepass", "secret"]`.
    /// - Returns: the server, which somebody must ``stop()``.
    /// - Throws: a ``StartError`` with what the server said.
    package static func start(arguments: [String] = []) throws -> RedisServer {
        try self.start(greeting: "eady to accept connections") { folder, port in
            [
                "--port", "\(port)", "--bind", "127.0.0.1", "--unixsocket",
                folder.appendingPathComponent(socketName).path,
                "--save", "", "--appendonly", "no", "--dir", folder.path, "--daemonize", "no", "--logfile", "",
            ] + arguments
        }
    }

    /// Starts a sentinel that knows nothing yet.
    ///
    /// - Parameter settings: further lines of its configuration.
    /// - Returns: the sentinel, which somebody must ``stop()``.
    /// - Throws: a ``StartError`` with what it said.
    package static func startSentinel(_ settings: [String]) throws -> RedisServer {
        try self.start(greeting: "Sentinel ID is") { folder, port in
            let file = folder.appendingPathComponent("sentinel.conf")
            let lines = ["port \(port)", "bind 127.0.0.1", "dir \(folder.path)"] + settings
            try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: file)
            return [file.path, "--sentinel"]
        }
    }

    private static let socketName = "redis.sock"

    private static func start(
        greeting: String,
        arguments: (_ folder: URL, _ port: Int) throws -> [String]
    ) throws -> RedisServer {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("redis-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var failure: any Error = StartError(description: "no free port was found")
        // Somebody else may take the port between its choice and its use.
        for _ in 0..<5 {
            do {
                let port = try freePort()
                return try RedisServer(
                    port: port,
                    folder: folder,
                    arguments: try arguments(folder, port),
                    greeting: greeting
                )
            } catch {
                failure = error
            }
        }
        throw failure
    }

    /// Starts it again on its port, empty, after ``kill()``.
    package func restart() throws {
        self.kill()
        try self.launch()
    }

    /// Ends it at once, as a crash would.
    package func kill() {
        self.process.end()
    }

    /// Stops it where it is (`SIGSTOP`): it accepts connections still, and answers nothing.
    package func suspend() {
        self.process.signal(SIGSTOP)
    }

    /// Lets it go on after ``suspend()``.
    package func resume() {
        self.process.signal(SIGCONT)
    }

    /// Sends it a command, and gives its reply as `redis-cli` with these options prints it.
    @discardableResult
    package func run(_ command: [String], options: [String] = []) throws -> String {
        let output = try Tool.run("redis-cli", ["-p", "\(self.port)"] + options + command, input: [])
        return String(decoding: output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    @discardableResult
    package func run(_ command: String..., options: [String] = []) throws -> String {
        try self.run(command, options: options)
    }

    /// Sends it commands that nobody else's come between.
    package func runTogether(_ commands: [String]) throws {
        let lines = ["MULTI"] + commands + ["EXEC"]
        _ = try Tool.run("redis-cli", ["-p", "\(self.port)"], input: Array(lines.joined(separator: "\n").utf8))
    }

    /// Ends it and removes its folder.
    package func stop() {
        self.kill()
        // What is left in the temporary folder disturbs nobody.
        try? FileManager.default.removeItem(at: self.folder)
    }

    private func launch() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/redis-server")
        process.arguments = self.arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        self.process.set(process)
        var log = Data()
        while true {
            let chunk = output.fileHandleForReading.availableData
            if chunk.isEmpty {
                self.process.end()
                throw StartError(description: "redis-server did not start: \(String(decoding: log, as: UTF8.self))")
            }
            log.append(chunk)
            if log.range(of: Data(self.greeting.utf8)) != nil { return }
        }
    }

    /// A port that nobody listens on at this moment.
    package static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw StartError(description: "no socket: \(errno)") }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(UInt32(0x7f00_0001).bigEndian)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(descriptor, generic, length) == 0 ? getsockname(descriptor, generic, &length) : -1
            }
        }
        guard result == 0 else { throw StartError(description: "no port: \(errno)") }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    /// The running process, behind a lock.
    private final class ProcessBox: @unchecked Sendable {
        // Every use of `process` is under the lock.
        private let lock = NSLock()
        private var process: Process?

        func set(_ process: Process) {
            self.lock.withLock { self.process = process }
        }

        func signal(_ signal: Int32) {
            self.lock.withLock {
                guard let process, process.isRunning else { return }
                _ = Glibc.kill(process.processIdentifier, signal)
            }
        }

        func end() {
            let process = self.lock.withLock {
                defer { self.process = nil }
                return self.process
            }
            guard let process else { return }
            // Also ends a process that is stopped.
            if process.isRunning { _ = Glibc.kill(process.processIdentifier, SIGKILL) }
            process.waitUntilExit()
        }
    }
}

/// Runs `body` with a Redis of its own, and ends it afterwards.
package func withRedisServer<Result>(
    arguments: [String] = [],
    isolation: isolated (any Actor)? = #isolation,
    _ body: (RedisServer) async throws -> Result
) async throws -> Result {
    let server = try RedisServer.start(arguments: arguments)
    defer { server.stop() }
    return try await body(server)
}
