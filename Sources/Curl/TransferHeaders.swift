import CCurl

/// The header fields of requests, checked and laid out as libcurl takes them: made once for all requests that send the same.
///
/// `@unchecked Sendable`: the list is made in `init`, only read from then on, by libcurl too, and freed when nobody holds it.
package final class TransferHeaders: @unchecked Sendable {
    /// No fields.
    package static let none = TransferHeaders([])

    /// The fields as they were given.
    package let fields: [HeaderField]
    /// What libcurl is given; or that the fields cannot be sent, which a transfer's start finds.
    let list: Result<UnsafeMutablePointer<curl_slist>, TransferError>

    /// Lays out fields in order; a name may stand several times.
    ///
    /// Those that belong to the connection and to framing (`Connection`, `Content-Length`, `Transfer-Encoding`, `Expect`,
    /// `Upgrade`, …) are the driver's own and left out.
    package init(_ fields: [HeaderField]) {
        self.fields = fields
        list = Result { () throws(TransferError) in try Self.list(of: fields) }
    }

    deinit {
        if case .success(let list) = list { curl_slist_free_all(list) }
    }

    private static func list(of fields: [HeaderField]) throws(TransferError) -> UnsafeMutablePointer<curl_slist> {
        // A bare name takes out what libcurl adds by itself.
        var lines = ["Accept", "User-Agent"]
            .filter { name in !fields.contains { HeaderSyntax.isSame($0.name, name) } }
            .map { "\($0):" }
        lines.append("Expect:")
        for field in fields {
            guard HeaderSyntax.isToken(field.name), HeaderSyntax.isFieldValue(field.value) else {
                throw TransferError(.invalidRequest, "a header field is not valid")
            }
            if HeaderSyntax.belongsToConnection(field.name) { continue }
            let isBlank = field.value.utf8.allSatisfy { $0 == 0x20 || $0 == 9 }
            lines.append(isBlank ? "\(field.name);" : "\(field.name): \(field.value)")
        }
        var list: UnsafeMutablePointer<curl_slist>?
        for line in lines {
            guard let longer = curl_slist_append(list, line) else {
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
