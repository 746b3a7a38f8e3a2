import NIOCore

/// What becomes of one who asks for a place.
enum Admission {
    /// It has a place, to be given back with `leave`.
    case admitted
    /// It waits: `leave` of another gives it its place.
    case queued
    /// Neither.
    case refused
}

/// A number of places and a queue that has an end.
struct AdmissionQueue<Element: AnyObject> {
    private let places: Int
    private let queueLength: Int
    private var taken = 0
    private var waiting = CircularBuffer<Element>()

    init(places: Int, queueLength: Int) {
        self.places = max(1, places)
        self.queueLength = queueLength
    }

    /// How many have a place and how many wait.
    var counts: (taken: Int, waiting: Int) { (taken, waiting.count) }

    /// Whether a place is free.
    var hasPlace: Bool { taken < places }

    mutating func enter(_ element: Element) -> Admission {
        if enterIfFree() { return .admitted }
        guard waiting.count < queueLength else { return .refused }
        waiting.append(element)
        return .queued
    }

    /// Takes a place that is free at this moment; false when none is.
    mutating func enterIfFree() -> Bool {
        guard hasPlace else { return false }
        taken += 1
        return true
    }

    /// Gives a place back; it goes to the one returned, who has waited longest.
    mutating func leave() -> Element? {
        if let next = waiting.popFirst() { return next }
        taken -= 1
        return nil
    }

    /// Takes one out of the queue.
    ///
    /// False when it does not wait: it has its place.
    mutating func withdraw(_ element: Element) -> Bool {
        guard let index = waiting.firstIndex(where: { $0 === element }) else { return false }
        waiting.remove(at: index)
        return true
    }

    /// Takes those out of the queue whose time has come, each with a time of its own; with the next time that comes.
    mutating func removeWaiting<Time: Comparable>(
        until now: Time,
        by time: (Element) -> Time
    ) -> (removed: [Element], next: Time?) {
        let removed = waiting.filter { time($0) <= now }
        if !removed.isEmpty { waiting.removeAll { time($0) <= now } }
        return (Array(removed), waiting.lazy.map(time).min())
    }

    /// Empties the queue.
    mutating func removeWaiting() -> [Element] {
        let all = Array(waiting)
        waiting.removeAll()
        return all
    }
}
