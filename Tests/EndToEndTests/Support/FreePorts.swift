import Glibc
import Synchronization

/// TCP ports of 127.0.0.1 that nobody listens on.
///
/// They lie below those that the system gives to outgoing connections (from 32768), so that a port found free is still
/// free a moment later, when a program is told to listen on it.
enum FreePorts {
    private static let next = Mutex(12_000 + Int(getpid()) * 37 % 19_000)

    /// So many free ports in a row; the first of them.
    static func row(of count: Int = 1) throws -> Int {
        try next.withLock { next in
            for _ in 0..<2_000 {
                let first = next
                next += count
                if next > 32_000 { next = 12_000 }
                if (first..<(first + count)).allSatisfy(isFree) { return first }
            }
            throw EndToEndError("there are no \(count) free ports in a row on 127.0.0.1")
        }
    }

    private static func isFree(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        return withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}

/// What went wrong around a test, in words.
struct EndToEndError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
