import NIOCore

/// The answers for one of the gateway's own files, put together once.
struct AssetAnswer: Sendable {
    private let asset: SiteAsset

    init(_ asset: SiteAsset) {
        self.asset = asset
    }

    /// Answers a `GET` or `HEAD`.
    ///
    /// An address that names the file's version may be kept for ever (RFC 8246); any other is asked for again.
    func answer(to head: RequestHead, in bytes: Span<UInt8>, dateLine: ByteBuffer, closes: Bool) -> ByteBuffer {
        let isHeld = Self.holds(head.ifNoneMatch, in: bytes, etag: self.asset.etag)
        var answer = ResponseHead(isHeld ? 304 : 200, capacity: 512 + self.asset.bytes.readableBytes)
        answer.append(lines: dateLine)
        answer.append("ETag", self.asset.etag)
        answer.append(
            "Cache-Control",
            self.isVersioned(head, bytes) ? "public, max-age=31536000, immutable" : "no-cache"
        )
        answer.append(lines: "X-Content-Type-Options: nosniff\r\n")
        if !self.asset.lines.isEmpty { answer.append(lines: ByteBuffer(string: self.asset.lines)) }
        answer.appendConnection(closes: closes, isHTTP10: head.isHTTP10)
        guard !isHeld else { return answer.finish() }
        answer.append("Content-Type", self.asset.contentType)
        answer.append(contentLength: self.asset.bytes.readableBytes)
        var whole = answer.finish()
        if head.method != .head { whole.writeImmutableBuffer(self.asset.bytes) }
        return whole
    }

    private func isVersioned(_ head: RequestHead, _ bytes: Span<UInt8>) -> Bool {
        self.asset.url == self.asset.path + "?" + bytes.string(at: head.query)
    }

    /// Whether the client holds this very version (RFC 9110, section 13.1.2).
    private static func holds(_ field: ByteRange, in bytes: Span<UInt8>, etag: String) -> Bool {
        guard !field.isEmpty else { return false }
        var items = ListItems(of: field)
        while let item = items.next(in: bytes) {
            let tag = bytes.string(at: item)
            if tag == "*" || tag == etag || tag == "W/" + etag { return true }
        }
        return false
    }
}
