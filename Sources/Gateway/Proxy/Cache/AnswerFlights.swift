import NIOCore

/// The answers that are on their way to one event loop, so that the same one is asked for once at a time.
struct AnswerFlights {
    /// What an answer came to, for those who waited for it.
    enum Landing {
        /// It is stored: look for it.
        case stored
        /// It is its asker's alone: ask for yourself.
        case unshared
        /// Whoever asked has gone: somebody else has to ask.
        case abandoned
        /// The service failed.
        case failed(FetchFailure)
    }

    /// Whoever waits for another's answer.
    final class Waiter {
        private var landed: ((Landing) -> Void)?
        private var timer: Scheduled<Void>?

        /// A waiter that is told what the answer came to; after its patience it is told that it has to ask for itself.
        init(patience: Duration, on loop: any EventLoop, landed: @escaping (Landing) -> Void) {
            self.landed = landed
            self.timer = loop.assumeIsolated().scheduleTask(in: TimeAmount(patience)) { [weak self] in
                self?.tell(.unshared)
            }
        }

        /// Tells it, once.
        func tell(_ landing: Landing) {
            self.timer?.cancel()
            self.landed.take()?(landing)
        }

        /// It does not wait any more.
        func leave() {
            self.timer?.cancel()
            self.landed = nil
        }
    }

    private var flights: [String: [Waiter]] = [:]

    /// Whether an answer is on its way.
    func contains(_ text: String) -> Bool { self.flights[text] != nil }

    /// Begins to ask; false when somebody does already.
    mutating func begin(_ text: String) -> Bool {
        guard self.flights[text] == nil else { return false }
        self.flights[text] = []
        return true
    }

    /// Waits for an answer that is on its way.
    mutating func join(_ text: String, _ waiter: Waiter) {
        self.flights[text]?.append(waiter)
    }

    /// Ends; those who waited are to be told by the caller.
    mutating func end(_ text: String) -> [Waiter] {
        self.flights.removeValue(forKey: text) ?? []
    }
}
