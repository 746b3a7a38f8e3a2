import FragmentProtocol
import GRDB

/// What somebody put into the cart before they signed in becomes theirs.
enum CartAdoption {
    /// Moves what is in the cart of the browser's former subject into the person's; doing it again changes nothing.
    ///
    /// - Parameters:
    ///   - identity: Who asks.
    ///   - environment: Where carts are.
    /// - Throws: What SQLite says.
    static func settle(_ identity: Identity, in environment: StubEnvironment) async throws {
        guard !identity.isAnonymous, let former = identity.formerSubject, former.hasPrefix(Identity.anonymousPrefix)
        else { return }
        // Nearly always there is nothing to move, and a question for it holds nobody up.
        let isEmpty = try await environment.read { try lines(of: former, in: $0).isEmpty }
        guard !isEmpty else { return }
        try await environment.database.write { database in
            for line in try lines(of: former, in: database) {
                let key = ["subject": identity.subject, "product": line.product]
                let held = try CartLine.fetchOne(database, key: key)?.quantity ?? 0
                let stock = try Product.fetchOne(database, key: line.product)?.stock ?? 0
                // Never less than either cart had, and beyond that no more than there is.
                let most = max(held, line.quantity, min(stock, CartActions.greatestQuantity))
                try CartLine(
                    subject: identity.subject,
                    product: line.product,
                    quantity: min(held + line.quantity, most)
                ).save(database)
                try line.delete(database)
            }
        }
    }

    private static func lines(of subject: String, in database: Database) throws -> [CartLine] {
        let request: SQLRequest<CartLine> = "SELECT * FROM cartLine WHERE subject = \(subject)"
        return try request.fetchAll(database)
    }
}

extension FragmentRequest {
    /// Whose cart is shown: that of whoever asks, with what they had in it before they signed in.
    func cartOwner() async throws -> String? {
        guard let identity else { return nil }
        try await CartAdoption.settle(identity, in: environment)
        return identity.subject
    }
}
