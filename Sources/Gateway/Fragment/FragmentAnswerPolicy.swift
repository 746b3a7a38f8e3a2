import FragmentProtocol
import NIOCore

/// Judges a service's answer to a request for a fragment: content, a refusal, or a failure (protocol.md).
enum FragmentAnswerPolicy {
    enum Verdict {
        /// A copy that is kept, and may serve others.
        case keep(StoredFragment)
        /// A copy for this request alone.
        case useOnce(StoredFragment)
        /// What was held still holds; with its new times.
        case confirmed(StoredFragment)
        case failure(FragmentFailure)
    }

    /// Judges an answer to a request that sent along the validators of the copy that is held, if one is.
    static func judge(
        _ answer: FetchResponse,
        kind: StoredFragment.Kind,
        held: StoredFragment?,
        bound: BoundUse,
        context: FreshnessContext
    ) -> Verdict {
        if answer.status == 304 {
            guard let held,
                let updated = Freshness.update(held, headers: answer.headers, rule: bound.freshness, context: context)
            else { return .failure(.badAnswer("304 to a request that held no such copy")) }
            return .confirmed(updated.tagged(bound.settings.tags))
        }
        guard answer.status >= 200, answer.status < 500, answer.status != 206 else {
            return .failure(
                answer.status == 503 ? .unavailable("status 503") : .badAnswer("status \(answer.status)")
            )
        }
        let hasContent = answer.status < 300 && answer.status != 204
        if hasContent, !Self.isDeclared(answer.firstValue(of: HeaderName.contentType), kind) {
            return .failure(.badAnswer("the content type is not \(kind == .html ? "text/html" : "application/json")"))
        }
        // None was asked for, and nothing here would inflate it: pages are made of what the bytes are.
        if hasContent, let coding = answer.firstValue(of: "content-encoding"), !HeaderName.isSame(coding, "identity") {
            return .failure(.badAnswer("the content is coded as \(coding), which was not asked for"))
        }
        let fields = CachingFields(answer.headers)
        let headers = fields.headers
        func stored(_ times: FreshnessTimes) -> StoredFragment {
            StoredFragment(
                status: answer.status,
                kind: kind,
                requestedAt: context.requestedAt,
                purgePosition: context.purgePosition,
                storedAt: times.storedAt,
                freshUntil: times.freshUntil,
                revalidateUntil: times.revalidateUntil,
                errorUntil: times.errorUntil,
                etag: headers.etag?.description,
                lastModified: headers.lastModified,
                tags: headers.cacheTags + bound.settings.tags,
                title: headers.title,
                meta: headers.meta?.json,
                links: headers.links.map(\.description),
                location: headers.location,
                body: answer.body
            )
        }
        switch Freshness.judge(status: answer.status, fields: fields, rule: bound.freshness, context: context) {
        case .storable(let times): return .keep(stored(times))
        case .notStorable:
            let now = context.receivedAt
            return .useOnce(
                stored(FreshnessTimes(storedAt: now, freshUntil: now, revalidateUntil: now, errorUntil: now))
            )
        }
    }

    /// Whether a content type is the declared kind's, whatever its parameters.
    static func isDeclared(_ contentType: String?, _ kind: StoredFragment.Kind) -> Bool {
        guard let contentType else { return false }
        func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        var type = contentType.utf8.prefix { $0 != UInt8(ascii: ";") }.drop(while: isBlank)
        while let last = type.last, isBlank(last) { type.removeLast() }
        return HeaderName.isSame(Substring(type), kind == .html ? "text/html" : "application/json")
    }
}
