import CCurl
import Synchronization

/// The header fields of requests, checked and laid out as they are sent: made once for all requests that send the same.
///
/// `@unchecked Sendable`: libcurl's list is made under the lock, once, only read from then on, by libcurl too, and freed
/// when nobody holds it; everything else is constant.
package final class TransferHeaders: @unchecked Sendable {
    /// No fields.
    package static let none = TransferHeaders([])

    /// The fields as they were given.
    package let fields: [HeaderField]
    /// The lines of a request's head, each with its CRLF; or that the fields cannot be sent, which a transfer's start finds.
    package let lines: Result<String, TransferError>
    /// Whether `Host` is among the fields.
    package let namesHost: Bool

    private let lock = Mutex(())
    private var curlList: UnsafeMutablePointer<curl_slist>?

    /// Lays out fields in order; a name may stand several times.
    ///
    /// Those that belong to the connection and to framing (`Connection`, `Content-Length`, `Transfer-Encoding`, `Expect`,
    /// `Upgrade`, …) are the driver's own and left out.
    package init(_ fields: [HeaderField]) {
        self.fields = fields
        namesHost = fields.contains { HeaderSyntax.isSame($0.name, "host") }
        guard fields.allSatisfy({ HeaderSyntax.isToken($0.name) && HeaderSyntax.isFieldValue($0.value) }) else {
            lines = .failure(TransferError(.invalidRequest, "a header field is not valid"))
            return
        }
        lines = .success(
            fields.lazy.filter { !HeaderSyntax.belongsToConnection($0.name) }
                .map { "\($0.name): \($0.value)\r\n" }.joined()
        )
    }

    deinit { if let curlList { curl_slist_free_all(curlList) } }

    /// What libcurl is given.
    var list: Result<UnsafeMutablePointer<curl_slist>, TransferError> {
        lock.withLock { _ in
            if let curlList { return .success(curlList) }
            return Result { () throws(TransferError) in
                let list = try makeList()
                curlList = list
                return list
            }
        }
    }

    private func makeList() throws(TransferError) -> UnsafeMutablePointer<curl_slist> {
        _ = try lines.get()
        // A bare name takes out what libcurl adds by itself.
        var entries = ["Accept", "User-Agent"]
            .filter { name in !fields.contains { HeaderSyntax.isSame($0.name, name) } }
            .map { "\($0):" }
        entries.append("Expect:")
        for field in fields where !HeaderSyntax.belongsToConnection(field.name) {
            let isBlank = field.value.utf8.allSatisfy { $0 == 0x20 || $0 == 9 }
            entries.append(isBlank ? "\(field.name);" : "\(field.name): \(field.value)")
        }
        var list: UnsafeMutablePointer<curl_slist>?
        for entry in entries {
            guard let longer = curl_slist_append(list, entry) else {
                curl_slist_free_all(list)
                throw TransferError(.invalidRequest, "memory is short")
            }
            list = longer
        }
        guard let list else { throw TransferError(.invalidRequest, "memory is short") }
        return list
    }
}

extension TransferHeaders: ExpressibleByArrayLiteral {
    package convenience init(arrayLiteral fields: HeaderField...) {
        self.init(fields)
    }
}
