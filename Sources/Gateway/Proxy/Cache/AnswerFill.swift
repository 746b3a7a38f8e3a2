import FragmentProtocol
import NIOCore

/// An answer that is asked for, judged, collected and stored: what the foreground and a refresh in the background share.
///
/// It knows neither the client nor the stream.
final class AnswerFill {
    /// What the head of the service's answer means.
    enum Step {
        /// What was stored is confirmed; this is it, with its new times.
        case confirmed(StoredAnswer, isStored: Bool)
        /// The service speaks of another answer than the stored one: ask again, without a condition.
        case askAgain
        /// The answer's content follows; whether it will be stored.
        case answer(isStored: Bool)
    }

    let request: AnswerRequest
    let address: AnswerAddress
    private(set) var found: AnswerCache.Found
    private let cache: AnswerCache
    private let largest: Int
    private var requestedAt = Instant.distantPast
    private var purgePosition = PurgePosition.start
    /// What is awaited by others, while it is this one's to tell.
    private var flight: String?
    private var plan: AnswerPlan?
    /// The content's length, where it was told.
    private var length: Int64?
    private var collected = ByteBuffer()

    /// - Parameters:
    ///   - request: what is asked.
    ///   - address: where.
    ///   - found: what is stored.
    ///   - cache: where it goes.
    ///   - largest: the most bytes of content that are stored.
    init(
        _ request: AnswerRequest,
        at address: AnswerAddress,
        found: AnswerCache.Found,
        cache: AnswerCache,
        largest: Int
    ) {
        self.request = request
        self.address = address
        self.found = found
        self.cache = cache
        self.largest = largest
    }

    /// The loop that it belongs to.
    var eventLoop: any EventLoop { self.cache.eventLoop }

    /// What others who want the same wait for.
    var flightText: String {
        self.found.variants.map { self.address.text(of: $0, for: self.request.fields) } ?? self.address.text
    }

    /// Makes this the one that others wait for; false when there is one already.
    func lead() -> Bool {
        guard self.cache.flights.begin(self.flightText) else { return false }
        self.flight = self.flightText
        return true
    }

    /// The fields to ask with: the client's, with the stored answer's validators where there are any, and else with the
    /// client's own conditions.
    func begin(at now: Instant) -> [(name: String, value: String)] {
        self.requestedAt = now
        self.purgePosition = self.cache.purges.position
        self.dropEnded()
        // The answer to `HEAD` is compared with what is stored (RFC 9111, section 4.3.5).
        guard let stored = self.found.answer?.fragment, stored.hasValidator, self.request.method == .get else {
            return self.request.fields + self.request.conditions
        }
        var fields = self.request.fields
        if let etag = stored.etag { fields.append((HeaderName.ifNoneMatch, etag)) }
        if let modified = stored.lastModified { fields.append(("If-Modified-Since", modified)) }
        return fields
    }

    /// Forgets what was found, if it has been purged since.
    private func dropEnded() {
        if let stored = self.found.answer, self.cache.hasEnded(stored, at: self.address) { self.found.answer = nil }
    }

    /// Takes the head of the service's answer.
    func receive(_ head: StreamResponseHead, at now: Instant) -> Step {
        let moments = AnswerStoragePolicy.Moments(
            requestedAt: self.requestedAt,
            purgePosition: self.purgePosition,
            receivedAt: now
        )
        if let stored = self.found.answer {
            if self.request.method == .head {
                self.compare(stored, head, moments)
                return .answer(isStored: false)
            }
            if head.status == 304, stored.fragment.hasValidator { return self.confirm(stored, head, moments) }
        }
        let verdict = AnswerStoragePolicy.verdict(
            on: self.request,
            status: head.status,
            headers: head.headers,
            at: moments
        )
        switch verdict {
        case .store(let plan) where head.contentLength ?? 0 <= Int64(self.largest):
            self.plan = plan
            self.length = head.contentLength
            self.cache.note(self.address, isShared: true, at: now)
            self.storeIfWhole()
            return .answer(isStored: true)
        case .store, .doNotStore:
            // A failure ends nothing that is stored, and says nothing about the answers to come.
            guard !AnswerUsePolicy.isError(status: head.status) else { break }
            if self.found.answer != nil { self.forget() }
            if self.request.asksForAll { self.cache.note(self.address, isShared: false, at: now) }
        case .requestForbids: break
        }
        self.land(.unshared)
        return .answer(isStored: false)
    }

    /// Takes a piece of the content.
    func receive(_ piece: ByteBuffer) {
        guard self.plan != nil else { return }
        guard self.collected.readableBytes + piece.readableBytes <= self.largest else {
            self.cache.note(self.address, isShared: false, at: Instant.now())
            self.give(up: .unshared)
            return
        }
        self.collected.writeImmutableBuffer(piece)
        self.storeIfWhole()
    }

    /// Stores an answer with its last byte, before the client has that: who asks next finds it.
    private func storeIfWhole() {
        if let length, length == Int64(self.collected.readableBytes) { self.finish(.success(())) }
    }

    /// The answer is whole, or was cut and is not stored.
    func finish(_ result: Result<Void, FetchFailure>) {
        switch result {
        case .success:
            if let plan { self.store(StoredAnswer(plan, content: self.collected), varies: plan.varies) }
            self.give(up: self.plan == nil ? .unshared : .stored)
        case .failure(let failure):
            self.give(up: .failed(failure))
        }
    }

    /// The client has gone, or gets something else: what has come of the answer is not stored.
    func abandon(_ landing: AnswerFlights.Landing = .abandoned) {
        self.give(up: landing)
    }

    private func confirm(
        _ stored: StoredAnswer,
        _ head: StreamResponseHead,
        _ moments: AnswerStoragePolicy.Moments
    ) -> Step {
        // What was purged meanwhile is not brought back by a confirmation that was asked for before.
        self.dropEnded()
        guard self.found.answer != nil else { return .askAgain }
        guard
            let update = AnswerStoragePolicy.update(stored, for: self.request, headers: head.headers, at: moments)
        else {
            self.forget()
            return .askAgain
        }
        switch update.verdict {
        case .store(let plan):
            self.store(update.answer, varies: plan.varies)
            self.land(.stored)
            return .confirmed(update.answer, isStored: true)
        case .doNotStore: self.forget()
        case .requestForbids: break
        }
        self.land(.unshared)
        return .confirmed(update.answer, isStored: false)
    }

    /// Has the answer to `HEAD` confirm what is stored, or end it.
    private func compare(
        _ stored: StoredAnswer,
        _ head: StreamResponseHead,
        _ moments: AnswerStoragePolicy.Moments
    ) {
        if AnswerUsePolicy.isError(status: head.status) || head.status == 304 { return }
        guard
            AnswerStoragePolicy.isAbout(
                stored,
                status: head.status,
                contentLength: head.contentLength,
                headers: head.headers
            ),
            let update = AnswerStoragePolicy.update(stored, for: self.request, headers: head.headers, at: moments)
        else {
            self.forget()
            return
        }
        switch update.verdict {
        case .store(let plan): self.store(update.answer, varies: plan.varies)
        case .doNotStore: self.forget()
        case .requestForbids: break
        }
    }

    private func store(_ answer: StoredAnswer, varies: [String]) {
        self.cache.store(
            answer,
            varies: varies,
            at: self.address,
            for: self.request.fields,
            known: self.found.variants
        )
    }

    private func forget() {
        self.cache.remove(self.address, for: self.request.fields, variants: self.found.variants)
        self.found.answer = nil
    }

    private func give(up landing: AnswerFlights.Landing) {
        self.plan = nil
        self.length = nil
        self.collected = ByteBuffer()
        self.land(landing)
    }

    private func land(_ landing: AnswerFlights.Landing) {
        guard let flight = self.flight.take() else { return }
        for waiter in self.cache.flights.end(flight) { waiter.tell(landing) }
    }
}
