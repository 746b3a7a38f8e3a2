import COpenSSL

/// Why a cryptographic operation gave no result.
///
/// Two errors are equal when their codes are; the reasons are for logs.
package struct OpenSSLError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        /// The key has another length than the algorithm wants.
        case keyLength
        /// The nonce has another length than the algorithm wants.
        case nonceLength
        /// A key is not one of its kind, or is too weak or too large to be used.
        case badKey
        /// An input or output is longer than the algorithm or a C `int` allows.
        case tooLong
        /// The sealed bytes were not made with this key, nonce and associated data.
        case notAuthentic
        /// The library does not have the algorithm; a FIPS provider can leave some out.
        case algorithmUnavailable
        /// The library failed at something that fails only without memory or entropy.
        case operationFailed
    }

    package let code: Code
    /// What the library's queue of errors held for this thread, the oldest first.
    package let reasons: [String]

    package init(code: Code, reasons: [String] = []) {
        self.code = code
        self.reasons = reasons
    }

    package static func == (left: OpenSSLError, right: OpenSSLError) -> Bool { left.code == right.code }

    package func hash(into hasher: inout Hasher) { hasher.combine(self.code) }

    package var description: String {
        self.reasons.isEmpty ? "\(self.code)" : "\(self.code) (\(self.reasons.joined(separator: "; ")))"
    }

    /// An error with what the library's queue holds for this thread; the queue is empty afterwards, so that the next
    /// user of the thread does not find errors of somebody else.
    static func emptyingQueue(_ code: Code) -> OpenSSLError {
        var reasons: [String] = []
        while true {
            let number = ERR_get_error()
            if number == 0 { break }
            reasons.append(Self.text(of: number))
        }
        return OpenSSLError(code: code, reasons: reasons)
    }

    private static func text(of number: UInt) -> String {
        var bytes = [CChar](repeating: 0, count: 256)
        // It cuts the text where there is no room, and always ends it with a zero byte.
        ERR_error_string_n(number, &bytes, bytes.count)
        let text = bytes.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
        return String(decoding: text, as: UTF8.self)
    }
}
