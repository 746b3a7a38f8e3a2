import FragmentProtocol
import NIOCore

/// Asks for some of the fragments that everybody shares a second time, as somebody who does not exist, and sees whether
/// the answer is another.
///
/// What is shared is asked for without an identity, so that nothing personal can be in it; this finds the service or the
/// rule that is mistaken about that. It belongs to its event loop.
final class FragmentAudit {
    /// One in so many answers is looked at.
    private let interval: Int
    private let signer: IdentitySigner
    private let board: AuditBoard
    private let eventLoop: any EventLoop
    private var countdown: Int
    private var isUnderWay = false
    /// Told of each fragment that is found, once.
    var alarm: (FragmentName) -> Void = { _ in }

    init(interval: Int, signer: IdentitySigner, board: AuditBoard, eventLoop: any EventLoop) {
        self.interval = interval
        self.signer = signer
        self.board = board
        self.eventLoop = eventLoop
        self.countdown = Int.random(in: 1...interval)
    }

    func isDemoted(_ name: FragmentName) -> Bool { self.board.isDemoted(name) }

    /// Takes note of an answer that is to be shared, and perhaps looks at it; one at a time.
    func note(_ fragment: StoredFragment, of want: FragmentWant, fetcher: Fetcher) {
        self.countdown -= 1
        guard self.countdown <= 0, !self.isUnderWay, !want.bound.isPersonal else { return }
        self.countdown = self.interval
        let marker = "audit-" + String(UInt64.random(in: 0 ... .max), radix: 36)
        let assertion: String
        do {
            assertion = try self.signer.assertion(
                for: Identity(subject: marker, name: marker, email: "\(marker)@invalid"),
                audience: want.bound.use.name.service,
                now: .now()
            )
        } catch {
            // Pages that need an identity say so themselves.
            return
        }
        self.isUnderWay = true
        self.board.countAudit()
        let shared = AuditPolicy.Answer(status: fragment.status, body: Array(fragment.body.readableBytesView))
        self.ask(want, [(HeaderName.gatewayIdentity, assertion)], fetcher) { identified in
            guard let identified else { return self.end() }
            guard AuditPolicy.needsSecond(shared: shared, identified: identified, marker: marker) else {
                return self.conclude(want, shared, identified, marker, again: nil)
            }
            self.ask(want, [], fetcher) { again in
                guard let again else { return self.end() }
                self.conclude(want, shared, identified, marker, again: again)
            }
        }
    }

    private func ask(
        _ want: FragmentWant,
        _ further: [(name: String, value: String)],
        _ fetcher: Fetcher,
        completion: @escaping (AuditPolicy.Answer?) -> Void
    ) {
        let request = FetchRequest(
            service: want.bound.use.name.service,
            path: want.bound.constantPath ?? want.identifier.reference.path,
            headers: want.bound.headers(language: want.language, further: further),
            timeout: want.bound.timeout,
            maximumBodyBytes: want.bound.settings.maximumSize,
            retries: 0
        )
        let bound = NIOLoopBound(completion, eventLoop: self.eventLoop)
        fetcher.fetch(request, on: self.eventLoop) { result in
            switch result {
            // A failure tells nothing of who asked; another answer will be looked at.
            case .failure: bound.value(nil)
            case .success(let answer):
                let isAnswer = answer.status < 500
                bound.value(
                    isAnswer
                        ? AuditPolicy.Answer(status: answer.status, body: Array(answer.body.readableBytesView)) : nil
                )
            }
        }
    }

    private func conclude(
        _ want: FragmentWant,
        _ shared: AuditPolicy.Answer,
        _ identified: AuditPolicy.Answer,
        _ marker: String,
        again: AuditPolicy.Answer?
    ) {
        let name = want.bound.use.name
        let verdict = AuditPolicy.verdict(shared: shared, identified: identified, marker: marker, again: again)
        if verdict == .dependsOnIdentity, self.board.demote(name) { self.alarm(name) }
        self.end()
    }

    private func end() { self.isUnderWay = false }
}
