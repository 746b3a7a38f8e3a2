import FragmentProtocol

/// Says what an answer's headers and the rules of gateway.yaml make of a copy: whether it may be kept, and how long
/// (RFC 9111 as a shared cache, RFC 5861, RFC 9213, and the Edge Architecture Specification).
///
/// Pure: the moments come with the question.
package enum Freshness {
    /// Judges an answer.
    ///
    /// The numbers of the rule win over those of the headers, or only fill in for them when the rule honours the origin.
    /// Neither makes a shared copy of what is `private` or sets a cookie, or any copy of what is `no-store`.
    package static func judge(
        status: Int,
        headers: [(name: String, value: String)],
        rule: FreshnessRule,
        context: FreshnessContext
    ) -> FreshnessVerdict {
        Self.judge(status: status, fields: CachingFields(headers), rule: rule, context: context)
    }

    /// Judges an answer whose headers have been read.
    static func judge(
        status: Int,
        fields: CachingFields,
        rule: FreshnessRule,
        context: FreshnessContext
    ) -> FreshnessVerdict {
        guard Self.isStorable(status: status), !fields.control.mustUnderstand || Self.isUnderstood(status: status)
        else {
            return .notStorable(.status)
        }
        if let reason = Self.refusal(of: fields, context: context) { return .notStorable(reason) }
        let times = Self.times(
            of: OriginTimes(fields, now: context.receivedAt),
            isNegative: status >= 400,
            rule: rule,
            context: context
        )
        // What is stale at once serves to ask whether it has changed, when it can be asked so.
        let isOfUse =
            max(times.revalidateUntil, times.errorUntil) > context.receivedAt
            || (fields.hasValidator && Self.isCacheableByDefault(status: status))
        return isOfUse ? .storable(times) : .notStorable(.noLifetime)
    }

    /// A stored copy as a `304` confirms it (RFC 9111, section 4.3.4): with new times, and with what else it tells.
    ///
    /// What the `304` says nothing about stays as it was; without any caching header it is as long fresh again as it was.
    ///
    /// - Returns: nil when the `304` is not about this copy, or does not allow to keep it. Ask again without a condition
    ///   then.
    package static func update(
        _ stored: StoredFragment,
        headers: [(name: String, value: String)],
        rule: FreshnessRule,
        context: FreshnessContext
    ) -> StoredFragment? {
        let fields = CachingFields(headers)
        guard Self.refusal(of: fields, context: context) == nil, Self.isSame(stored, fields) else { return nil }
        let origin =
            fields.saysNothing
            ? OriginTimes(of: stored, age: fields.age) : OriginTimes(fields, now: context.receivedAt)
        let times = Self.times(of: origin, isNegative: stored.status >= 400, rule: rule, context: context)
        let headers = fields.headers
        return StoredFragment(
            status: stored.status,
            kind: stored.kind,
            requestedAt: context.requestedAt,
            purgePosition: context.purgePosition,
            storedAt: times.storedAt,
            freshUntil: times.freshUntil,
            revalidateUntil: times.revalidateUntil,
            errorUntil: times.errorUntil,
            etag: headers.etag?.description ?? stored.etag,
            lastModified: headers.lastModified ?? stored.lastModified,
            tags: headers.cacheTags.isEmpty ? stored.tags : headers.cacheTags,
            title: headers.title ?? stored.title,
            meta: headers.meta?.json ?? stored.meta,
            links: headers.links.isEmpty ? stored.links : headers.links.map(\.description),
            location: headers.location ?? stored.location,
            body: stored.body
        )
    }

    /// Whether a status can be kept.
    ///
    /// A part of a body (`206`) is not understood here (RFC 9111, section 3.3), a `304` is about another answer, and a
    /// failure never replaces what is held.
    private static func isStorable(status: Int) -> Bool {
        switch status {
        case 206, 304: false
        case 200...499: true
        default: false
        }
    }

    /// Whether a status may be kept where no field says how long (RFC 9110, section 15.1).
    private static func isCacheableByDefault(status: Int) -> Bool {
        switch status {
        case 200, 203, 204, 300, 301, 308, 404, 405, 410, 414: true
        default: false
        }
    }

    /// Whether what a status demands of a cache is known here (RFC 9111, section 5.2.2.3): those of RFC 9110.
    private static func isUnderstood(status: Int) -> Bool {
        switch status {
        case 200...205, 300...303, 305, 307, 308, 400...417, 421, 422, 426: true
        default: false
        }
    }

    private static func refusal(of fields: CachingFields, context: FreshnessContext) -> NotStorableReason? {
        if fields.control.noStore { return .noStore }
        if !context.isPersonal {
            if fields.control.isPrivate { return .personal }
            if fields.setsCookie { return .setsCookie }
        }
        if fields.headers.variesOnEverything { return .variesByAnything }
        let more = fields.headers.vary.filter { !context.keyedHeaders.contains($0) }
        return more.isEmpty ? nil : .variesByMore(more)
    }

    private static func times(
        of origin: OriginTimes,
        isNegative: Bool,
        rule: FreshnessRule,
        context: FreshnessContext
    ) -> FreshnessTimes {
        func pick(_ ruled: Duration?, _ said: Duration?) -> Duration {
            (rule.honourOrigin ? said ?? ruled : ruled ?? said) ?? .zero
        }
        let ruledLifetime = isNegative ? rule.negativeTTL : rule.ttl
        let lifetime = pick(ruledLifetime, origin.lifetime)
        // The time on the way counts where the service's own number counts (RFC 9111, section 4.2.3).
        let isOrigins = origin.lifetime != nil && (rule.honourOrigin || ruledLifetime == nil)
        let delay = origin.countsDelay ? max(.zero, context.receivedAt - context.requestedAt) : .zero
        let freshUntil = context.receivedAt + (isOrigins ? lifetime - origin.age - delay : lifetime)
        let revalidate = isNegative ? .zero : pick(rule.staleWhileRevalidate, origin.staleWhileRevalidate)
        let error = isNegative ? .zero : pick(rule.staleIfError, origin.staleIfError)
        return FreshnessTimes(
            storedAt: context.receivedAt,
            freshUntil: freshUntil,
            revalidateUntil: freshUntil + revalidate,
            errorUntil: freshUntil + error
        )
    }

    /// Whether the validators of a `304` are those of the copy; a validator that it leaves out says nothing.
    static func isSame(_ stored: StoredFragment, _ fields: CachingFields) -> Bool {
        if let etag = fields.headers.etag, let storedTag = stored.etag.flatMap({ EntityTag($0) }) {
            return etag.matches(storedTag)
        }
        if let modified = fields.headers.lastModified, let storedModified = stored.lastModified {
            return modified == storedModified
        }
        return true
    }
}
