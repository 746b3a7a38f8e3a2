import Synchronization

/// What became of a purge.
struct PurgeReceipt: Sendable, Equatable {
    var records: [PurgeRecord]
    var position: PurgePosition
    /// The gateways that live.
    var gateways: Int
    /// Those among them that had not taken it in when it was waited for no longer; they do when they next read the
    /// stream, and meanwhile serve copies of a bounded age (`purges.cut-off-age`).
    var late: [String]

    /// Whether no gateway serves anything of what was to be ended.
    var isComplete: Bool { self.late.isEmpty }
}

/// Why nothing was purged.
struct PurgeFailure: Error, Sendable, CustomStringConvertible {
    let description: String
}

/// Ends copies in all gateways: through the link where there is a Redis, and here where there is none.
final class Purger: Sendable {
    private let link: GatewayLink?
    /// Ends copies on every loop of this gateway; done when all loops have.
    private let apply: @Sendable ([GatewayStreams.Purge]) async -> Void
    /// The last place that this gateway gave to a purge, where there is no link.
    private let position = Mutex(PurgePosition.start)

    init(link: GatewayLink?, apply: @escaping @Sendable ([GatewayStreams.Purge]) async -> Void) {
        self.link = link
        self.apply = apply
    }

    /// Ends copies, and waits until that is so on all gateways, or the time is over.
    ///
    /// - Parameters:
    ///   - records: what to end; at least one.
    ///   - patience: how long to wait for other gateways.
    /// - Returns: what is known of it.
    /// - Throws: a ``PurgeFailure`` when the other gateways cannot be told; nothing is certain to have ended.
    func purge(_ records: [PurgeRecord], patience: Duration) async throws(PurgeFailure) -> PurgeReceipt {
        if let link {
            do {
                return try await link.purge(records, patience: patience)
            } catch {
                throw PurgeFailure(description: "nothing is purged: Redis cannot be told (\(error))")
            }
        }
        let position = self.position.withLock { position in
            position = position.next
            return position
        }
        await self.apply([GatewayStreams.Purge(position: position, records: records)])
        return PurgeReceipt(records: records, position: position, gateways: 1, late: [])
    }
}
