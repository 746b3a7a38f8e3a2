package import NIOCore

// A value in Redis is one string, all numbers little-endian:
//
//     0  3  "RAF"
//     3  1  version
//     4  8  checksum of what follows, and of the key
//    12  1  kind
//    13  1  how the body is kept: 0 as it is, 1 as a frame of Zstandard
//    14  2  status
//    16  8  purgePosition
//    24 40  requestedAt, storedAt, freshUntil, revalidateUntil, errorUntil: milliseconds since the epoch
//    64  4  length of the body as it is
//    68  2  number of tags
//    70  2  number of links
//    72     etag, lastModified, title, meta, location, tags, links: each a length of 4 bytes and UTF-8; 2^32 - 1 is nil
//           the body, or its frame
extension StoredFragment {
    private static let version: UInt8 = 3
    private static let checkedFrom = 12
    private static let fixedLength = 72
    private static let absent = UInt32.max
    private static let longestText = 64 << 10

    /// How a value keeps the body.
    private enum BodyForm: UInt8 {
        case plain = 0
        case zstd = 1
    }

    /// Appends the value that Redis keeps under a key; gives false, and appends nothing, when a text or list is longer
    /// than a value can hold.
    ///
    /// - Parameters:
    ///   - key: the key.
    ///   - buffer: where the value is appended.
    ///   - compressor: makes the body smaller where that pays; nil keeps it as it is.
    /// - Returns: whether there is a value.
    package func encode(
        for key: String,
        into buffer: inout ByteBuffer,
        compressor: BodyCompressor? = nil
    ) -> Bool {
        guard let tagCount = UInt16(exactly: self.tags.count), let linkCount = UInt16(exactly: self.links.count),
            let bodyLength = UInt32(exactly: self.body.readableBytes)
        else { return false }
        let start = buffer.writerIndex
        let compressed = compressor?.compressed(self.body)
        let body = compressed ?? self.body
        buffer.reserveCapacity(minimumWritableBytes: Self.fixedLength + 256 + body.readableBytes)
        buffer.writeStaticString("RAF")
        buffer.writeInteger(Self.version)
        buffer.writeInteger(0 as UInt64)
        buffer.writeInteger(self.kind.rawValue)
        buffer.writeInteger((compressed == nil ? BodyForm.plain : .zstd).rawValue)
        buffer.writeInteger(UInt16(clamping: self.status), endianness: .little)
        buffer.writeInteger(self.purgePosition.rawValue, endianness: .little)
        for moment in [self.requestedAt, self.storedAt, self.freshUntil, self.revalidateUntil, self.errorUntil] {
            buffer.writeInteger(moment.milliseconds, endianness: .little)
        }
        buffer.writeInteger(bodyLength, endianness: .little)
        buffer.writeInteger(tagCount, endianness: .little)
        buffer.writeInteger(linkCount, endianness: .little)
        let optional = [self.etag, self.lastModified, self.title, self.meta, self.location]
        for text in optional + self.tags + self.links {
            guard let text else {
                buffer.writeInteger(Self.absent, endianness: .little)
                continue
            }
            guard text.utf8.count <= Self.longestText else {
                buffer.moveWriterIndex(to: start)
                return false
            }
            buffer.writeInteger(UInt32(text.utf8.count), endianness: .little)
            buffer.writeString(text)
        }
        buffer.writeImmutableBuffer(body)
        let checksum = Self.checksum(
            of: buffer.readableBytesSpan.extracting((start - buffer.readerIndex)...),
            key: key
        )
        buffer.setInteger(checksum, at: start + 4, endianness: .little)
        return true
    }

    /// Reads the value of a key; nil when it is anything but a whole value that was written for this key.
    ///
    /// - Parameters:
    ///   - value: the bytes that Redis has.
    ///   - key: the key.
    ///   - compressor: reads bodies that were made smaller; without one, such a value is not read.
    package init?(decoding value: RawSpan, for key: String, compressor: BodyCompressor? = nil) {
        guard value.byteCount >= Self.fixedLength else { return nil }
        var cursor = Cursor()
        guard cursor.integer(UInt8.self, in: value) == 0x52, cursor.integer(UInt8.self, in: value) == 0x41,
            cursor.integer(UInt8.self, in: value) == 0x46, cursor.integer(UInt8.self, in: value) == Self.version,
            cursor.integer(UInt64.self, in: value) == Self.checksum(of: value, key: key),
            let kind = cursor.integer(UInt8.self, in: value).flatMap(Kind.init(rawValue:)),
            let form = cursor.integer(UInt8.self, in: value).flatMap(BodyForm.init(rawValue:)),
            let status = cursor.integer(UInt16.self, in: value), (200...499).contains(status),
            let purgePosition = cursor.integer(UInt64.self, in: value).map(PurgePosition.init(rawValue:)),
            let requestedAt = cursor.instant(in: value), let storedAt = cursor.instant(in: value),
            let freshUntil = cursor.instant(in: value), let revalidateUntil = cursor.instant(in: value),
            let errorUntil = cursor.instant(in: value), freshUntil <= min(revalidateUntil, errorUntil),
            let bodyLength = cursor.integer(UInt32.self, in: value),
            let tagCount = cursor.integer(UInt16.self, in: value),
            let linkCount = cursor.integer(UInt16.self, in: value),
            case .some(let etag) = cursor.optionalText(.header, in: value),
            case .some(let lastModified) = cursor.optionalText(.header, in: value),
            case .some(let title) = cursor.optionalText(.any, in: value),
            case .some(let meta) = cursor.optionalText(.any, in: value),
            case .some(let location) = cursor.optionalText(.header, in: value),
            let tags = cursor.texts(Int(tagCount), in: value),
            let links = cursor.texts(Int(linkCount), in: value),
            let body = Self.body(
                value.extracting(cursor.offset...),
                form,
                length: Int(bodyLength),
                compressor: compressor
            )
        else { return nil }
        self.init(
            status: Int(status),
            kind: kind,
            requestedAt: requestedAt,
            purgePosition: purgePosition,
            storedAt: storedAt,
            freshUntil: freshUntil,
            revalidateUntil: revalidateUntil,
            errorUntil: errorUntil,
            etag: etag,
            lastModified: lastModified,
            tags: tags,
            title: title,
            meta: meta,
            links: links,
            location: location,
            body: body
        )
    }

    /// The body in what stands at the end of a value; nil when it does not have the length that the value tells.
    private static func body(
        _ bytes: RawSpan,
        _ form: BodyForm,
        length: Int,
        compressor: BodyCompressor?
    ) -> ByteBuffer? {
        switch form {
        case .plain:
            guard bytes.byteCount == length else { return nil }
            var body = ByteBufferAllocator().buffer(capacity: length)
            body.writeBytes(bytes)
            return body
        case .zstd: return compressor?.decompressed(bytes, length: length)
        }
    }

    /// Tells accidents, not attacks: a value cut short, changed, or written for another key.
    private static func checksum(of value: RawSpan, key: String) -> UInt64 {
        Self.checksumHasher.checksum(value.extracting(Self.checkedFrom...), of: key)
    }

    /// The same in every process: its secrets are the digits of pi.
    private static let checksumHasher: CacheKeyHasher = {
        var digits = DigitsOfPi()
        return CacheKeyHasher(using: &digits)
    }()

    private struct DigitsOfPi: RandomNumberGenerator {
        private var rest: [UInt64] = [
            0x082e_fa98_ec4e_6c89, 0xa409_3822_299f_31d0, 0x1319_8a2e_0370_7344, 0x243f_6a88_85a3_08d3,
        ]

        mutating func next() -> UInt64 { self.rest.popLast() ?? 0 }
    }

    /// A place in a value, which each read moves on; nil where the value ends or is not as it must be.
    private struct Cursor {
        enum TextRule {
            case any
            /// What can stand in a header's value: no control characters.
            case header
        }

        var offset = 0

        mutating func integer<Integer: FixedWidthInteger & BitwiseCopyable>(
            _: Integer.Type,
            in value: RawSpan
        ) -> Integer? {
            guard value.byteCount - self.offset >= MemoryLayout<Integer>.size else { return nil }
            // In bounds by the guard; every bit pattern is an integer.
            let integer = unsafe value.unsafeLoadUnaligned(fromUncheckedByteOffset: self.offset, as: Integer.self)
            self.offset += MemoryLayout<Integer>.size
            return Integer(littleEndian: integer)
        }

        mutating func instant(in value: RawSpan) -> Instant? {
            guard let milliseconds = self.integer(Int64.self, in: value) else { return nil }
            let instant = Instant(milliseconds: milliseconds)
            return (Instant.distantPast...Instant.distantFuture).contains(instant) ? instant : nil
        }

        /// The inner optional is the value's own.
        mutating func optionalText(_ rule: TextRule, in value: RawSpan) -> String?? {
            guard let length = self.integer(UInt32.self, in: value) else { return nil }
            guard length != StoredFragment.absent else { return .some(nil) }
            guard Int(length) <= StoredFragment.longestText, Int(length) <= value.byteCount - self.offset else {
                return nil
            }
            let bytes = value.extracting(self.offset..<self.offset + Int(length))
            self.offset += Int(length)
            let text = unsafe bytes.withUnsafeBytes { unsafe String(validating: $0, as: UTF8.self) }
            guard let text, rule == .any || !text.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7f }) else {
                return nil
            }
            return .some(text)
        }

        mutating func texts(_ count: Int, in value: RawSpan) -> [String]? {
            var texts: [String] = []
            for _ in 0..<count {
                guard case .some(.some(let text)) = self.optionalText(.header, in: value) else { return nil }
                texts.append(text)
            }
            return texts
        }
    }
}
