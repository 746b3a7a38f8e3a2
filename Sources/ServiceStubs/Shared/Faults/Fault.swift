import FragmentProtocol

/// What is wrong with a service, on purpose.
struct Fault: Sendable, Equatable {
    /// The wait before each answer.
    var latency = Duration.zero
    /// The share of requests that are answered with 500, from 0 to 1; they are spread evenly, not at random.
    var errorRate = 0.0
    /// The wait between the bytes of an answer; zero sends it at once.
    var drip = Duration.zero
    /// Whether every request is answered with 503 at once.
    var isDown = false
}

extension Fault {
    /// Why a wanted fault is refused.
    struct Refusal: Error {
        let message: String
    }

    /// Reads the JSON of `POST /internal/faults`.
    ///
    /// - Parameter members: `latency-ms`, `error-rate`, `drip-ms` and `down`; what is not there is not wrong.
    /// - Throws: a ``Refusal`` for other names, types and ranges, so that a test's mistake does not pass unseen.
    init(members: [String: ScalarValue]) throws {
        self.init()
        for (name, value) in members {
            switch (name, value) {
            case ("latency-ms", .integer(let milliseconds)) where (0...600_000).contains(milliseconds):
                latency = .milliseconds(milliseconds)
            case ("drip-ms", .integer(let milliseconds)) where (0...60_000).contains(milliseconds):
                drip = .milliseconds(milliseconds)
            case ("error-rate", .integer(let rate)) where (0...1).contains(rate): errorRate = Double(rate)
            case ("error-rate", .number(let rate)) where (0...1).contains(rate): errorRate = rate
            case ("down", .boolean(let down)): isDown = down
            default:
                throw Refusal(
                    message: """
                        \(name): \(value.text) is none of latency-ms (0 to 600000), error-rate (0 to 1), \
                        drip-ms (0 to 60000), down (true or false) and type
                        """
                )
            }
        }
    }

    /// The members that ``init(members:)`` reads back.
    var members: [String: ScalarValue] {
        [
            "latency-ms": .integer(Int(latency / .milliseconds(1))), "error-rate": .number(errorRate),
            "drip-ms": .integer(Int(drip / .milliseconds(1))), "down": .boolean(isDown),
        ]
    }
}
