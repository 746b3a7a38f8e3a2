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
    /// Ends copies on every loop of this gateway, and gives the place of the purge; done when all loops have.
    private let applyHere: @Sendable ([PurgeRecord]) async -> PurgePosition

    init(link: GatewayLink?, applyHere: @escaping @Sendable ([PurgeRecord]) async -> PurgePosition) {
        self.link = link
        self.applyHere = applyHere
    }

    /// Ends copies, and waits until that is so on all gateways, or the time is over.
    ///
    /// - Parameters:
    ///   - records: what to end; at least one.
    ///   - patience: how long to wait for other gateways.
    /// - Returns: what is known of it.
    /// - Throws: a ``PurgeFailure`` when the other gateways cannot be told; nothing is certain to have ended.
    func purge(_ records: [PurgeRecord], patience: Duration) async throws(PurgeFailure) -> PurgeReceipt {
        guard let link else {
            let position = await self.applyHere(records)
            return PurgeReceipt(records: records, position: position, gateways: 1, late: [])
        }
        do {
            return try await link.purge(records, patience: patience)
        } catch {
            throw PurgeFailure(description: "nothing is purged: Redis cannot be told (\(error))")
        }
    }

    /// Ends copies as ``purge(_:patience:)`` does; where the other gateways cannot be told, in this one at once, and in
    /// the others as soon as they can be.
    ///
    /// - Throws: a ``PurgeFailure`` when the others do not know yet.
    func purgeChange(_ records: [PurgeRecord], patience: Duration) async throws(PurgeFailure) -> PurgeReceipt {
        do {
            return try await self.purge(records, patience: patience)
        } catch {
            let position = await self.applyHere(records)
            self.link?.tellLater(records, appliedAt: position)
            throw error
        }
    }
}
