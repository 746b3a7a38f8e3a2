/// Where the state lies that all gateways of a site share for a while: logins under way, sessions, locks.
///
/// Keys are texts that the caller has made hard to guess; values are bytes that the caller has sealed. Each method is one
/// round trip, and what it does happens as a whole or not at all. Nothing outlives its lifetime.
package protocol StateStore: Sendable {
    /// The values of keys, in their order; nil where there is none.
    func values(of keys: [String]) async throws(StateStoreFailure) -> [[UInt8]?]

    /// Takes the value of a key away, so that no other caller can have it; nil when there is none.
    func take(_ key: String) async throws(StateStoreFailure) -> [UInt8]?

    /// Sets a value where there is none; false when there is one, which stays.
    func create(_ key: String, _ value: [UInt8], lifetime: Duration) async throws(StateStoreFailure) -> Bool

    /// Gives a key another lifetime while it holds a value; false when it holds another or none.
    func renew(_ key: String, holding value: [UInt8], lifetime: Duration) async throws(StateStoreFailure) -> Bool

    /// Deletes a key while it holds a value; false when it holds another or none.
    func delete(_ key: String, holding value: [UInt8]) async throws(StateStoreFailure) -> Bool

    /// The members of a set whose lifetimes are not over; empty when there is no such set.
    func members(of set: String) async throws(StateStoreFailure) -> [String]

    /// Makes changes, all at once and in their order.
    func apply(_ changes: [StateChange]) async throws(StateStoreFailure)
}

/// One change of the shared state.
package enum StateChange: Sendable, Equatable {
    /// Sets a value, whatever was there.
    case set(key: String, value: [UInt8], lifetime: Duration)
    /// Deletes a value or a whole set; that there is none is no error.
    case delete(key: String)
    /// Adds a member to a set, or gives it another lifetime.
    case add(member: String, set: String, lifetime: Duration)
    /// Takes a member from a set; that it is not there is no error.
    case remove(member: String, set: String)
    /// Counts a number up by one; a number that is not there counts from 0. Its value is the number in decimal digits.
    case increment(key: String, lifetime: Duration)
}

/// Why the shared state could not be reached; nothing is known of what was asked then.
package struct StateStoreFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// What happened, for the operator's log; it holds no key and no value.
    package let description: String

    /// - Parameter description: what happened.
    package init(_ description: String) {
        self.description = description
    }
}
