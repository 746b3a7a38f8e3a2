import Foundation
import FragmentProtocol
import GRDB

/// What all services share: the database, the addresses of the site, the clock and the gateway's key.
struct StubEnvironment: Sendable {
    let database: any DatabaseWriter
    let links: Links
    /// The key with which the gateway signs who asks; without one everybody is anonymous.
    let identityKey: IdentityKey?
    /// The gateway's name in its assertions.
    let issuer: String
    /// The present moment.
    var now: @Sendable () -> Date = { Date() }
    /// The sign-on of the site; none when no clients are known.
    var authorization: AuthorizationServer?

    /// The present day in UTC.
    var today: Day { Day(now()) }

    /// Reads from the database in one transaction.
    func read<Value: Sendable>(_ query: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        try await database.read(query)
    }
}

/// A request for a fragment, with its parameters checked.
struct FragmentRequest: Sendable {
    let parameters: ParameterValues
    /// Who asks, where the gateway said so.
    let identity: Identity?
    let environment: StubEnvironment

    /// The person, when somebody is signed in.
    var member: Identity? { identity.flatMap { $0.isAnonymous ? nil : $0 } }

    var links: Links { environment.links }

    var today: Day { environment.today }

    /// The value of a parameter that the manifest declares as text.
    func text(_ name: String) throws -> String { try parameters.string(name) }

    /// The value of a parameter that the manifest declares as a whole number.
    func integer(_ name: String) throws -> Int { try parameters.integer(name) }

    /// Reads from the database in one transaction.
    func read<Value: Sendable>(_ query: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        try await environment.read(query)
    }
}
