package import NIOCore

/// What the cache remembers of a service's answer: its times, what the page takes from its headers, and its body.
///
/// Immutable, and the property of one event loop: its body is a buffer of its own, so that it neither pins a read
/// buffer nor shares a reference count with another loop.
package struct StoredFragment: Sendable {
    /// What a body is.
    package enum Kind: UInt8, Sendable {
        /// A piece of a page.
        case html = 0
        /// Data for a template.
        case json = 1
        /// An answer of a service's public host, with its header lines: an ``AnswerBlock``.
        case answer = 2
    }

    /// The status that the service answered, from 200 to 499.
    package let status: Int
    package let kind: Kind
    /// When the fetch that made it began.
    package let requestedAt: Instant
    /// The last purge that was known when the fetch that made it began; a later one may end it.
    package let purgePosition: PurgePosition
    /// When the answer was complete, or was last confirmed by a `304`.
    package let storedAt: Instant
    /// It is fresh before this moment.
    package let freshUntil: Instant
    /// It may be served while it is refreshed before this moment; not before ``freshUntil``.
    package let revalidateUntil: Instant
    /// It may be served when its refreshment fails before this moment; not before ``freshUntil``.
    package let errorUntil: Instant
    /// The entity tag as it came, with its quotes, for `If-None-Match`.
    package let etag: String?
    /// The modification time as it came, for `If-Modified-Since`.
    package let lastModified: String?
    /// The names under which it can be purged.
    package let tags: [String]
    /// The page's title, decoded (`Fragment-Title`).
    package let title: String?
    /// The page's metadata: JSON text (`Fragment-Meta`).
    package let meta: String?
    /// The values of `Link`, one member each.
    package let links: [String]
    /// Where a `3xx` points to.
    package let location: String?
    /// The body, in storage of its own.
    package let body: ByteBuffer

    /// Remembers an answer; `body` is copied unless it already fills its storage.
    ///
    /// ``revalidateUntil`` and ``errorUntil`` are moved to `freshUntil` when they lie before it.
    package init(
        status: Int = 200,
        kind: Kind = .html,
        requestedAt: Instant? = nil,
        purgePosition: PurgePosition = .start,
        storedAt: Instant,
        freshUntil: Instant,
        revalidateUntil: Instant? = nil,
        errorUntil: Instant? = nil,
        etag: String? = nil,
        lastModified: String? = nil,
        tags: [String] = [],
        title: String? = nil,
        meta: String? = nil,
        links: [String] = [],
        location: String? = nil,
        body: ByteBuffer
    ) {
        self.status = status
        self.kind = kind
        self.requestedAt = requestedAt ?? storedAt
        self.purgePosition = purgePosition
        self.storedAt = storedAt
        self.freshUntil = freshUntil
        self.revalidateUntil = max(freshUntil, revalidateUntil ?? freshUntil)
        self.errorUntil = max(freshUntil, errorUntil ?? freshUntil)
        self.etag = etag
        self.lastModified = lastModified
        self.tags = tags
        self.title = title
        self.meta = meta
        self.links = links
        self.location = location
        self.body = body.ownedExactly()
    }

    /// The same, fresh until a moment at the latest; until its time would have been over it may be served stale.
    func stale(from moment: Instant) -> StoredFragment {
        self.with(
            freshUntil: min(self.freshUntil, moment),
            revalidateUntil: self.revalidateUntil,
            errorUntil: self.errorUntil
        )
    }

    /// The same, as if its time had been over at a moment: with what it may be served stale from then on.
    func over(at moment: Instant) -> StoredFragment {
        guard moment < self.freshUntil else { return self }
        return self.with(
            freshUntil: moment,
            revalidateUntil: moment + (self.revalidateUntil - self.freshUntil),
            errorUntil: moment + (self.errorUntil - self.freshUntil)
        )
    }

    private func with(freshUntil: Instant, revalidateUntil: Instant, errorUntil: Instant) -> StoredFragment {
        StoredFragment(
            status: self.status,
            kind: self.kind,
            requestedAt: self.requestedAt,
            purgePosition: self.purgePosition,
            storedAt: self.storedAt,
            freshUntil: freshUntil,
            revalidateUntil: revalidateUntil,
            errorUntil: errorUntil,
            etag: self.etag,
            lastModified: self.lastModified,
            tags: self.tags,
            title: self.title,
            meta: self.meta,
            links: self.links,
            location: self.location,
            body: self.body
        )
    }

    /// What may be done with a copy at a moment.
    package enum Usability: Sendable, Hashable {
        /// It may be served.
        case fresh
        /// It may be served now, and is to be refreshed in the background (RFC 5861, section 3).
        case staleWhileRevalidate
        /// It may be served when the service fails (RFC 5861, section 4).
        case staleIfError
        /// It may be used as a validator only.
        case expired
    }

    /// What may be done with it at a moment.
    package func usability(at now: Instant) -> Usability {
        if now < self.freshUntil { return .fresh }
        if now < self.revalidateUntil { return .staleWhileRevalidate }
        if now < self.errorUntil { return .staleIfError }
        return .expired
    }

    /// Whether a stale copy can be confirmed by a conditional request.
    package var hasValidator: Bool { self.etag != nil || self.lastModified != nil }

    /// The time during which it may be of use from `now` on: fresh and stale time together.
    ///
    /// This is what Redis is told to keep it for.
    package func lifetime(at now: Instant) -> Duration {
        max(.zero, max(self.revalidateUntil, self.errorUntil) - now)
    }

    /// The bytes of memory that the value takes, with what its strings and arrays allocate.
    package var memoryCost: Int {
        var cost = MemoryLayout<StoredFragment>.size + self.body.storageCapacity + Self.allocationOverhead * 2
        for text in [self.etag, self.lastModified, self.title, self.meta, self.location] {
            cost += text.map(Self.cost(of:)) ?? 0
        }
        for list in [self.tags, self.links] where !list.isEmpty {
            cost += Self.allocationOverhead + 16
            for text in list { cost += MemoryLayout<String>.stride + Self.cost(of: text) }
        }
        return cost
    }

    /// What the allocator and an object's head take.
    static let allocationOverhead = 32

    /// The heap bytes of a text; up to 15 bytes are kept in place.
    static func cost(of text: String) -> Int {
        let count = text.utf8.count
        return count <= 15 ? 0 : count + Self.allocationOverhead
    }
}

extension ByteBuffer {
    /// The readable bytes in storage that holds nothing else; a copy unless that is so already.
    fileprivate func ownedExactly() -> ByteBuffer {
        // Storage sizes are powers of two: a buffer made for exactly these bytes has one.
        if self.readerIndex == 0, self.storageCapacity <= max(64, self.readableBytes.roundedUpToPowerOfTwo) {
            return self
        }
        var copy = ByteBufferAllocator().buffer(capacity: self.readableBytes)
        copy.writeImmutableBuffer(self)
        return copy
    }
}

extension Int {
    fileprivate var roundedUpToPowerOfTwo: Int {
        self <= 1 ? 1 : 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount)
    }
}
