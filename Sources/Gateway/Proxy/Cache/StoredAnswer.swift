import NIOCore

/// A service's answer as it is stored: what both tiers keep of it, read.
struct StoredAnswer: Sendable {
    /// The status, the times and the validators; its body is the block that follows.
    let fragment: StoredFragment
    let head: AnswerHead
    let content: ByteBuffer

    /// Reads what a tier keeps; nil for what is no answer.
    init?(_ fragment: StoredFragment) {
        guard fragment.kind == .answer, case .answer(let head, let content) = AnswerBlock(fragment.body) else {
            return nil
        }
        self.fragment = fragment
        self.head = head
        self.content = content
    }

    /// An answer that is stored now.
    init(_ plan: AnswerPlan, content: ByteBuffer) {
        var fields = plan.fields
        // A 204 must not say a length (RFC 9110, section 8.6).
        if plan.status != 204 { fields.append(("Content-Length", String(content.readableBytes))) }
        let head = AnswerHead(
            bornAt: plan.bornAt,
            forbidsStale: plan.forbidsStale,
            lines: AnswerHead.lines(of: fields),
            ownLines: AnswerHead.lines(of: plan.ownFields)
        )
        self.head = head
        self.content = content
        self.fragment = StoredFragment(
            status: plan.status,
            kind: .answer,
            requestedAt: plan.requestedAt,
            purgePosition: plan.purgePosition,
            storedAt: plan.receivedAt,
            freshUntil: plan.freshUntil,
            revalidateUntil: plan.revalidateUntil,
            errorUntil: plan.errorUntil,
            etag: plan.etag,
            lastModified: plan.lastModified,
            tags: plan.tags,
            body: AnswerBlock.answer(head, content: content).encoded()
        )
    }

    /// `Age`: the seconds since it was made or last confirmed (RFC 9111, section 4.2.3).
    func age(at now: Instant) -> Int {
        Int(max(.zero, now - self.head.bornAt).milliseconds / 1000)
    }

    /// The seconds for which it is still fresh; below zero when it is stale.
    func timeToLive(at now: Instant) -> Int {
        Int((self.fragment.freshUntil - now).milliseconds / 1000)
    }
}
