import NIOCore

/// Lets one gateway at a time fetch a copy that all of them lack: by a lease in Redis, which runs out with its holder.
///
/// It belongs to its event loop. While this gateway is alone nobody asks Redis for a lease.
final class FragmentLeases {
    /// Who fetches.
    enum Turn {
        /// This gateway, under a lease.
        case granted(Lease)
        /// This gateway, under none: Redis is away, or the holder's answer is for nobody else.
        case unleased
        /// Nobody: the copy has come.
        case found(StoredFragment)
        /// Nobody in time.
        case late
    }

    /// The right to fetch one copy.
    struct Lease: Sendable {
        /// The text by which the copy is known.
        let name: String
        /// Names this holder: what another has taken meanwhile is not touched.
        let token: String
    }

    private struct Waiter {
        let number: Int
        let woken: (GatewayStreams.Arrival.Outcome) -> Void
        let timer: Scheduled<Void>
    }

    private let redis: RedisTier
    private let eventLoop: any EventLoop
    private let lifetime: Duration
    private var waiters: [String: [Waiter]] = [:]
    private var renewals: [String: RepeatedTask] = [:]
    private var lastNumber = 0
    /// The gateways that live, this one among them.
    var gateways = 1

    /// - Parameters:
    ///   - redis: the loop's connection.
    ///   - eventLoop: the loop.
    ///   - lifetime: how long a lease outlasts its holder.
    init(redis: RedisTier, eventLoop: any EventLoop, lifetime: Duration) {
        self.redis = redis
        self.eventLoop = eventLoop
        self.lifetime = lifetime
    }

    /// Whether there is anybody to share the work with.
    var isOfUse: Bool { self.gateways > 1 && self.redis.isAvailable }

    /// Finds out whose turn it is to fetch a copy; waits for another's fetch.
    ///
    /// - Parameters:
    ///   - name: the text by which the copy is known.
    ///   - deadline: when to wait no longer.
    ///   - waits: whether to wait at all; if not, another's turn is ``Turn/late``.
    ///   - usable: the copy in Redis, if it will do.
    ///   - completion: called once, on the loop, and never before this returns.
    func obtain(
        _ name: String,
        before deadline: NIODeadline,
        waits: Bool,
        usable: @escaping (StoredFragment?) -> StoredFragment?,
        completion: @escaping (Turn) -> Void
    ) {
        let lease = Lease(name: name, token: String(UInt64.random(in: 1 ... .max), radix: 36))
        var isGranted: Bool?
        self.redis.acquireLease(on: name, token: lease.token, for: self.lifetime) { isGranted = $0 }
        // It may have been stored since it was looked for: both go out together.
        self.redis.mget([name]) { copies in
            if let copy = usable(copies[0]) {
                if isGranted == true { self.redis.releaseLease(on: name, token: lease.token) }
                completion(.found(copy))
            } else if isGranted == true {
                self.keepAlive(lease)
                completion(.granted(lease))
            } else if isGranted == nil {
                completion(.unleased)
            } else if !waits || NIODeadline.now() >= deadline {
                completion(.late)
            } else {
                self.wait(name, before: deadline) { outcome in
                    switch outcome {
                    case .none: completion(.unleased)
                    case .stored:
                        self.obtain(name, before: deadline, waits: waits, usable: usable, completion: completion)
                    }
                }
            }
        }
    }

    /// Waits until a copy has arrived, or the lease may have run out.
    private func wait(
        _ name: String,
        before deadline: NIODeadline,
        woken: @escaping (GatewayStreams.Arrival.Outcome) -> Void
    ) {
        self.lastNumber += 1
        let number = self.lastNumber
        // A little apart, so that those who wait for one that has died do not come all at once.
        let end = NIODeadline.now() + TimeAmount(self.lifetime * Double.random(in: 1...1.1))
        let timer = self.eventLoop.assumeIsolated().scheduleTask(deadline: min(end, deadline)) {
            self.waiters[name]?.removeAll { $0.number == number }
            if self.waiters[name]?.isEmpty ?? false { self.waiters[name] = nil }
            woken(.stored)
        }
        self.waiters[name, default: []].append(Waiter(number: number, woken: woken, timer: timer))
    }

    /// Wakes those who wait for what has arrived.
    func arrived(_ arrivals: [GatewayStreams.Arrival]) {
        guard !self.waiters.isEmpty else { return }
        for arrival in arrivals {
            for waiter in self.waiters.removeValue(forKey: arrival.name) ?? [] {
                waiter.timer.cancel()
                waiter.woken(arrival.outcome)
            }
        }
    }

    /// Stores what was fetched under a lease, gives the lease back, and tells the others.
    ///
    /// Nothing is stored when the lease has run out and another has it: theirs is newer.
    func conclude(_ lease: Lease, storing fragment: StoredFragment, ttl: Duration) {
        self.letGo(lease)
        self.redis.set(lease.name, fragment, ttl: ttl, underLeaseOf: lease.token) { isStored in
            self.redis.announce(lease.name, isStored == true ? .stored : .none)
        }
    }

    /// Gives a lease back whose fetch made nothing that others could use.
    func conclude(_ lease: Lease) {
        self.letGo(lease)
        self.redis.releaseLease(on: lease.name, token: lease.token)
        self.redis.announce(lease.name, .none)
    }

    /// Renews a lease until it is given back.
    private func keepAlive(_ lease: Lease) {
        let interval = TimeAmount(self.lifetime / 3)
        let bound = NIOLoopBound(self, eventLoop: self.eventLoop)
        self.renewals[lease.token] = self.eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in
            let leases = bound.value
            leases.redis.renewLease(on: lease.name, token: lease.token, for: leases.lifetime)
        }
    }

    private func letGo(_ lease: Lease) { self.renewals.removeValue(forKey: lease.token)?.cancel() }
}
