import FragmentProtocol
import NIOCore

/// Says whether a service's answer may be stored, and what of it (RFC 9111, section 3).
///
/// Pure: the moments come with the question. The service's fields alone say how long an answer is fresh; nothing is
/// guessed.
enum AnswerStoragePolicy {
    /// What becomes of an answer.
    enum Verdict: Sendable {
        /// It is stored, once it is whole.
        case store(AnswerPlan)
        /// It is not stored, and takes the place of what was.
        case doNotStore
        /// The request does not allow to store its answer, which says nothing about what is stored.
        case requestForbids
    }

    /// When an answer was asked for and came.
    struct Moments: Sendable, Hashable {
        let requestedAt: Instant
        /// The last purge that was known then.
        let purgePosition: PurgePosition
        let receivedAt: Instant
    }

    /// Never negative caching by itself, and no number of its own: what the service says, holds.
    private static let rule = FreshnessRule(negativeTTL: .zero, honourOrigin: true)

    /// Fields that are not stored, besides those that are not passed on: this cache says them anew, or they are about one
    /// hop (RFC 9111, section 3.1), or no longer have a meaning (section 5.5).
    private static let unstored: Set<String> = ["age", "content-length", "warning"]

    /// What services tell caches alone, and what is kept for the time when an answer is confirmed.
    private static let ownNames: Set<String> = ["cache-tag", "cdn-cache-control", "surrogate-control"]

    /// What a `304` cannot change, because it belongs to the stored content (RFC 9111, section 3.2).
    private static let fieldsOfContent: Set<String> = ["content-encoding", "content-length", "content-range"]

    /// Judges an answer.
    static func verdict(
        on request: AnswerRequest,
        status: Int,
        headers: [(name: String, value: String)],
        at moments: Moments
    ) -> Verdict {
        // The key knows neither a body nor a condition that the service has judged.
        guard request.method == .get, !request.hasBody, !request.needsService, !request.control.noStore else {
            return .requestForbids
        }
        let fields = CachingFields(headers)
        let varies = fields.headers.vary
        guard varies.count <= AnswerVariants.limit else { return .doNotStore }
        let context = FreshnessContext(
            requestedAt: moments.requestedAt,
            receivedAt: moments.receivedAt,
            // What it varies by becomes part of its key; that it varies by anything is refused there.
            keyedHeaders: Set(varies)
        )
        guard
            case .storable(let times) = Freshness.judge(
                status: status,
                fields: fields,
                rule: Self.rule,
                context: context
            )
        else { return .doNotStore }
        if request.hasAuthorization, !Self.isForAll(fields.control) { return .requestForbids }

        let age = Self.initialAge(fields, at: moments)
        // Never above zero.
        let correction = age.said - age.corrected
        let kept = Self.kept(of: headers, receivedAt: moments.receivedAt)
        return .store(
            AnswerPlan(
                status: status,
                requestedAt: moments.requestedAt,
                purgePosition: moments.purgePosition,
                receivedAt: moments.receivedAt,
                bornAt: moments.receivedAt + (.zero - age.corrected),
                freshUntil: times.freshUntil + correction,
                revalidateUntil: times.revalidateUntil + correction,
                errorUntil: times.errorUntil + correction,
                forbidsStale: Self.forbidsStale(fields.control),
                etag: fields.headers.etag?.description,
                lastModified: fields.headers.lastModified,
                tags: Self.tags(fields.headers.cacheTags, of: headers),
                varies: varies,
                fields: kept.fields,
                ownFields: kept.own
            )
        )
    }

    /// What a `304`, or the answer to `HEAD`, makes of a stored answer (RFC 9111, sections 3.2, 4.3.4 and 4.3.5).
    ///
    /// - Returns: nil when it is about another answer.
    static func update(
        _ stored: StoredAnswer,
        for request: AnswerRequest,
        headers: [(name: String, value: String)],
        at moments: Moments
    ) -> (answer: StoredAnswer, verdict: Verdict)? {
        guard Freshness.isSame(stored.fragment, CachingFields(headers)) else { return nil }
        // Fields of one hop are none of the stored answer's.
        let told = Self.kept(of: headers, receivedAt: moments.receivedAt)
        let new = (told.fields + told.own).filter { !Self.fieldsOfContent.contains($0.name.lowercased()) }
        let names = Set(new.map { $0.name.lowercased() })
        let old = (stored.head.fields + stored.head.ownFields).filter {
            let name = $0.name.lowercased()
            return !names.contains(name) && name != "content-length"
        }
        let ages = headers.filter { HeaderName.isSame($0.name, HeaderName.age) }
        let cookies = headers.filter { HeaderName.isSame($0.name, HeaderName.setCookie) }
        let asGet = request.method == .get ? request : request.asGet
        let verdict = Self.verdict(
            on: asGet,
            status: stored.fragment.status,
            headers: old + new + ages + cookies,
            at: moments
        )
        guard case .store(let plan) = verdict else { return (stored, verdict) }
        return (StoredAnswer(plan, content: stored.content), verdict)
    }

    /// Whether what a `HEAD` was answered with is about the stored answer (RFC 9111, section 4.3.5).
    static func isAbout(
        _ stored: StoredAnswer,
        status: Int,
        contentLength: Int64?,
        headers: [(name: String, value: String)]
    ) -> Bool {
        guard status == stored.fragment.status else { return false }
        if let contentLength, contentLength != Int64(stored.content.readableBytes) { return false }
        return Freshness.isSame(stored.fragment, CachingFields(headers))
    }

    /// The names under which an answer can be purged: those of `Cache-Tag`, and its groups (RFC 9875, section 2).
    private static func tags(_ named: [String], of headers: [(name: String, value: String)]) -> [String] {
        let groups = CacheGroups.tags(in: HeaderName.cacheGroups, of: headers)
        return named + groups.filter { !named.contains($0) }
    }

    /// Whether an answer to a request with credentials may serve others (RFC 9111, section 3.5).
    private static func isForAll(_ control: CacheDirectives) -> Bool {
        control.isPublic || control.mustRevalidate || control.sharedMaxAge != nil
    }

    private static func forbidsStale(_ control: CacheDirectives) -> Bool {
        control.noCache || control.mustRevalidate || control.proxyRevalidate || control.sharedMaxAge != nil
    }

    /// The age on arrival: what the service says with the time on the way, and that corrected by `Date`, where it tells of
    /// a greater one (RFC 9111, section 4.2.3).
    private static func initialAge(
        _ fields: CachingFields,
        at moments: Moments
    ) -> (said: Duration, corrected: Duration) {
        let said = fields.age + max(.zero, moments.receivedAt - moments.requestedAt)
        guard let date = fields.headers.date.flatMap({ HTTPDate.parse($0, now: moments.receivedAt) }) else {
            return (said, said)
        }
        // `Date` counts whole seconds.
        let apparent = moments.receivedAt - date
        return (said, apparent >= said + .seconds(1) ? apparent : said)
    }

    /// The fields of an answer that are stored: for clients, with the moment of arrival where `Date` is missing (RFC 9110,
    /// section 6.6.1), and for the gateway.
    private static func kept(
        of headers: [(name: String, value: String)],
        receivedAt: Instant
    ) -> (fields: [(name: String, value: String)], own: [(name: String, value: String)]) {
        let passed = ForwardingPolicy.answerFields(of: headers)
        var fields = passed.fields.filter { !Self.unstored.contains($0.name.lowercased()) }
        if !passed.hasDate { fields.append((HeaderName.date, receivedAt.httpDate)) }
        let own = headers.filter {
            Self.ownNames.contains($0.name.lowercased()) && ResponseHead.isToken($0.name)
                && ResponseHead.isFieldValue($0.value)
        }
        return (fields, own)
    }
}
