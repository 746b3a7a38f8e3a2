import Foundation
import Synchronization

/// A program, usually one of this package, running with its output in a file, ended by its process id at the latest when nobody
/// holds it any more.
final class ServerProcess: Sendable {
    /// Where the program's output goes.
    let log: URL
    private let process: Process
    private let exit: Mutex<ExitState>

    private enum ExitState {
        /// It runs, and these wait for its end.
        case running([CheckedContinuation<Int32, Never>])
        /// It ended with a status; negative after a signal.
        case ended(Int32)
    }

    /// The folder of the built programs: beside the tests, unless `GATEWAY_BINARIES` names another (a release build).
    static let binaries: URL = {
        if let named = ProcessInfo.processInfo.environment["GATEWAY_BINARIES"] {
            return URL(fileURLWithPath: named, isDirectory: true)
        }
        return URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    }()

    /// Starts a program of the build folder.
    convenience init(
        _ name: String,
        arguments: [String],
        environment: [String: String] = [:],
        workingIn folder: URL,
        log: URL
    ) throws {
        let executable = Self.binaries.appendingPathComponent(name)
        guard FileManager.default.isExecutableFile(atPath: executable.path) else {
            throw EndToEndError("\(executable.path) is not built; run: swift build --product \(name)")
        }
        try self.init(
            path: executable.path,
            arguments: arguments,
            environment: environment,
            workingIn: folder,
            log: log
        )
    }

    /// Starts any program.
    init(
        path: String,
        arguments: [String],
        environment: [String: String] = [:],
        workingIn folder: URL,
        log: URL
    ) throws {
        guard FileManager.default.createFile(atPath: log.path, contents: nil) else {
            throw EndToEndError("\(log.path) cannot be written")
        }
        let output = try FileHandle(forWritingTo: log)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        self.log = log
        self.process = process
        self.exit = Mutex(.running([]))
        process.terminationHandler = { [weak self] ended in
            let status = ended.terminationReason == .exit ? ended.terminationStatus : -ended.terminationStatus
            self?.hasEnded(status)
        }
        try process.run()
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    /// The process id.
    var pid: Int32 { process.processIdentifier }

    /// Whether it has not ended yet.
    var isRunning: Bool { process.isRunning }

    /// Everything that it wrote so far.
    var output: String {
        // A file that is gone holds nothing; the text only goes into messages.
        (try? String(contentsOf: log, encoding: .utf8)) ?? ""
    }

    /// The most memory that it ever held, in bytes (`VmHWM`).
    func peakMemory() throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        for line in status.split(separator: "\n") where line.hasPrefix("VmHWM:") {
            if let kilobytes = line.split(separator: " ").dropLast().last.flatMap({ Int($0) }) {
                return kilobytes << 10
            }
        }
        throw EndToEndError("/proc/\(pid)/status does not say VmHWM")
    }

    /// Asks it to end, with SIGTERM.
    func terminate() {
        if isRunning { kill(pid, SIGTERM) }
    }

    /// The status that it ended with, negative after a signal; waits for the end.
    func waitForExit() async -> Int32 {
        await withCheckedContinuation { continuation in
            let status: Int32? = exit.withLock { state in
                switch state {
                case .ended(let status): return status
                case .running(let waiting):
                    state = .running(waiting + [continuation])
                    return nil
                }
            }
            if let status { continuation.resume(returning: status) }
        }
    }

    /// Ends it with SIGTERM, and with SIGKILL when it has not ended after `patience`.
    @discardableResult
    func stop(patience: Duration = .seconds(10)) async -> Int32 {
        terminate()
        return await waitForExit(orStopAfter: patience)
    }

    /// The status that it ended with; it is ended with SIGKILL when it has not ended by itself after `patience`.
    func waitForExit(orStopAfter patience: Duration) async -> Int32 {
        let reminder = Task {
            // Cancelled when the program ends in time, which is all that an error here can mean.
            guard (try? await Task.sleep(for: patience)) != nil else { return }
            if self.isRunning { kill(self.pid, SIGKILL) }
        }
        defer { reminder.cancel() }
        return await waitForExit()
    }

    /// Asks again and again until the answer is yes; an error, with the program's output, when it ends before that.
    func waitUntilReady(within limit: Duration = .seconds(30), _ isReady: () async -> Bool) async throws {
        let start = ContinuousClock.now
        while await !isReady() {
            guard isRunning else { throw EndToEndError("the program ended while starting:\n\(output)") }
            guard ContinuousClock.now - start < limit else {
                throw EndToEndError("the program was not ready within \(limit):\n\(output)")
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    private func hasEnded(_ status: Int32) {
        let waiting: [CheckedContinuation<Int32, Never>] = exit.withLock { state in
            guard case .running(let waiting) = state else { return [] }
            state = .ended(status)
            return waiting
        }
        for continuation in waiting { continuation.resume(returning: status) }
    }
}
