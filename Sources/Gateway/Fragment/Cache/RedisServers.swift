import NIOCore

/// Who answers for which key, as one event loop sees it: one server, found by its address or through sentinels, or the
/// masters of a cluster.
///
/// Each command says whether it was sent. Where it was, its completion is called exactly once, on the loop, and never
/// before the method has returned; where it was not, never.
protocol RedisServers: AnyObject {
    /// Called on the loop when a connection has become usable, has ended, or could not be made.
    var onChange: () -> Void { get set }
    var state: RedisTier.State { get }
    /// Why the last connection ended or could not be made; nil while all is well.
    var lastFailure: RedisFailure? { get }
    /// Whether there is anybody to whom a command would be sent now.
    var isAvailable: Bool { get }

    /// Looks keys up, and gives as many values, nil for a miss.
    func lookup(_ keys: [String], completion: @escaping ([StoredFragment?]) -> Void) -> Bool
    func set(_ key: String, _ fragment: StoredFragment, ttl: Duration) -> Bool
    func delete(_ keys: [String]) -> Bool
    func call(_ call: RedisCall, completion: @escaping (Bool?) -> Void) -> Bool

    func start()
    /// Ends the connections; the future is done when they are closed, and does not fail.
    func stop() -> EventLoopFuture<Void>
}

/// A command whose reply is yes or no: `OK` and a number but 0 are yes, 0 and null are no.
struct RedisCall {
    /// The key by which it is known who answers, as Redis knows it.
    var key: String
    /// The command's name and its arguments.
    var arguments: [String]
    /// A copy as the next argument, and what it is known by.
    var value: (fragment: StoredFragment, name: String)?
    /// The arguments after it.
    var further: [String] = []
}
