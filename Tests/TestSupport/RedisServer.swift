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
    private let process: ProcessBox

    private init(port: Int, folder: URL, arguments: [String]) throws {
        self.port = port
        self.folder = folder
        self.socketPath = folder.appendingPathComponent("redis.sock").path
        self.arguments = arguments
        self.process = ProcessBox()
        try self.launch()
    }

    /// Starts a server and waits until it accepts connections.
    ///
    /// - Parameter arguments: further arguments of `redis-server`, such as `["--requirepass", "secret"]`.
    /// - Returns: the server, which somebody must ``stop()``.
    /// - Throws: a ``StartError`` with what the server said.
    package static func start(arguments: [String] = []) throws -> RedisServer {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("redis-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var failure: any Error = StartError(description: "no free port was found")
        // Somebody else may take the port between its choice and its use.
        for _ in 0..<5 {
            do {
                return try RedisServer(port: try freePort(), folder: folder, arguments: arguments)
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

    /// Ends it and removes its folder.
    package func stop() {
        self.kill()
        // What is left in the temporary folder disturbs nobody.
        try? FileManager.default.removeItem(at: self.folder)
    }

    private func launch() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/redis-server")
        process.arguments =
            [
                "--port", "\(self.port)", "--bind", "127.0.0.1", "--unixsocket", self.socketPath, "--save", "",
                "--appendonly", "no", "--dir", self.folder.path, "--daemonize", "no", "--logfile", "",
            ] + self.arguments
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
            if log.range(of: Data("eady to accept connections".utf8)) != nil { return }
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
