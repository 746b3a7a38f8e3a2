import NIOCore

extension StoredFragment {
    /// The same with a body of its own: two loops that share one pay for its reference count at every touch.
    func copiedForLoop() -> StoredFragment {
        self.with(tags: self.tags, body: ByteBuffer(bytes: self.body.readableBytesView))
    }

    /// The same with the tags that a rule adds to the service's.
    func tagged(_ ruled: [String]) -> StoredFragment {
        let missing = ruled.filter { !self.tags.contains($0) }
        return missing.isEmpty ? self : self.with(tags: self.tags + missing, body: self.body)
    }

    private func with(tags: [String], body: ByteBuffer) -> StoredFragment {
        StoredFragment(
            status: self.status,
            kind: self.kind,
            requestedAt: self.requestedAt,
            purgePosition: self.purgePosition,
            storedAt: self.storedAt,
            freshUntil: self.freshUntil,
            revalidateUntil: self.revalidateUntil,
            errorUntil: self.errorUntil,
            etag: self.etag,
            lastModified: self.lastModified,
            tags: tags,
            title: self.title,
            meta: self.meta,
            links: self.links,
            location: self.location,
            body: body
        )
    }
}
