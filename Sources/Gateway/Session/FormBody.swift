/// One field of a form.
package struct FormField: Sendable, Equatable {
    package let name: String
    package let value: String

    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// The fields of a body of type `application/x-www-form-urlencoded`, in their order (URL Standard, section 5).
package struct FormBody: Sendable, Equatable {
    /// How large a form may be.
    package struct Limits: Sendable, Equatable {
        /// Bytes of the body.
        package var bytes: Int
        /// Fields; empty ones between two `&` do not count.
        package var fields: Int

        package init(bytes: Int = 1 << 20, fields: Int = 1000) {
            self.bytes = bytes
            self.fields = fields
        }
    }

    package let fields: [FormField]

    package init(_ fields: [FormField] = []) {
        self.fields = fields
    }

    /// Reads a body.
    ///
    /// As in browsers, a `%` that begins no escape stands for itself. Text that is not UTF-8 is refused, since it could
    /// not be written back as it was.
    package init(parsing body: Span<UInt8>, limits: Limits = Limits()) throws(FormBodyError) {
        guard body.count <= limits.bytes else { throw .tooLarge }
        var fields: [FormField] = []
        var start = 0
        while start < body.count {
            var end = start
            var equals: Int?
            while end < body.count, body[end] != UInt8(ascii: "&") {
                if equals == nil, body[end] == UInt8(ascii: "=") { equals = end }
                end += 1
            }
            if end > start {
                guard fields.count < limits.fields else { throw .tooManyFields }
                let nameEnd = equals ?? end
                fields.append(
                    FormField(
                        name: try Self.text(body, start..<nameEnd),
                        value: try Self.text(body, min(nameEnd + 1, end)..<end)
                    )
                )
            }
            start = end + 1
        }
        self.fields = fields
    }

    /// The value of the first field with the name.
    package func first(named name: String) -> String? {
        self.fields.first { $0.name == name }?.value
    }

    /// The values of all fields with the name.
    package func values(named name: String) -> [String] {
        self.fields.filter { $0.name == name }.map(\.value)
    }

    /// The body of the same fields, but for those with the name: what is between the browser and the gateway alone is
    /// not for the service.
    package func encoded(without name: String? = nil) -> [UInt8] {
        var body: [UInt8] = []
        for field in self.fields where field.name != name {
            if !body.isEmpty { body.append(UInt8(ascii: "&")) }
            Self.append(field.name, to: &body)
            body.append(UInt8(ascii: "="))
            Self.append(field.value, to: &body)
        }
        return body
    }

    /// Whether a `Content-Type` is the one of forms; its parameters do not matter.
    package static func isForm(_ contentType: ByteRange, in bytes: Span<UInt8>) -> Bool {
        var length = 0
        while length < Int(contentType.length), bytes[Int(contentType.offset) + length] != .semicolon { length += 1 }
        while length > 0 {
            let last = bytes[Int(contentType.offset) + length - 1]
            guard last == .space || last == .tab else { break }
            length -= 1
        }
        return bytes.matchesIgnoringCase(
            "application/x-www-form-urlencoded",
            at: ByteRange(offset: Int(contentType.offset), length: length)
        )
    }

    /// The text that a run of the body encodes.
    private static func text(_ body: Span<UInt8>, _ range: Range<Int>) throws(FormBodyError) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(range.count)
        var position = range.lowerBound
        while position < range.upperBound {
            let byte = body[position]
            position += 1
            if byte == UInt8(ascii: "+") {
                bytes.append(.space)
            } else if byte == UInt8(ascii: "%"), position + 1 < range.upperBound,
                let high = body[position].hexadecimalValue, let low = body[position + 1].hexadecimalValue
            {
                bytes.append(high << 4 | low)
                position += 2
            } else {
                bytes.append(byte)
            }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .notText }
        return text
    }

    private static func append(_ text: String, to body: inout [UInt8]) {
        for byte in text.utf8 {
            switch byte {
            case .space: body.append(UInt8(ascii: "+"))
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "*"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"):
                body.append(byte)
            default:
                body.append(UInt8(ascii: "%"))
                body.append(Self.digit(byte >> 4))
                body.append(Self.digit(byte & 0xf))
            }
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x41 + value - 10 }
}

/// Why a body is not read as a form.
package enum FormBodyError: Error, Sendable, Equatable {
    /// More bytes than the limit.
    case tooLarge
    /// More fields than the limit.
    case tooManyFields
    /// A name or a value is not UTF-8.
    case notText

    /// The status that answers it.
    package var status: Int { self == .notText ? 400 : 413 }
}
