/// An answer, with the moment at which each part of it came, counted from the request.
struct RawResponse: Sendable {
    let status: Int
    /// In the order they came, the names in lower case.
    let headers: [(name: String, value: String)]
    /// When the head was complete.
    let headAt: Duration
    /// The body without its chunks; empty when it was handed on.
    var body: [UInt8] = []
    /// The body's length, kept or not.
    var byteCount = 0
    /// How much of the body was there at which moment.
    var arrivals: [(at: Duration, bytes: Int)] = []
    /// When the answer was complete.
    var end = Duration.zero
    /// Whether the body ended because the connection did.
    var endedByClose = false

    init(status: Int, headers: [(name: String, value: String)], headAt: Duration) {
        self.status = status
        self.headers = headers
        self.headAt = headAt
        self.end = headAt
    }

    /// The body as text.
    var text: String { String(decoding: body, as: UTF8.self) }

    /// The value of a header (its first, when it stands several times).
    subscript(name: String) -> String? {
        headers.first { $0.name == name.lowercased() }?.value
    }

    /// All values of a header.
    func all(_ name: String) -> [String] {
        headers.filter { $0.name == name.lowercased() }.map(\.value)
    }

    /// The moment at which a text of the body was there to its last byte; nil when it is not in the body.
    func moment(of text: String) -> Duration? {
        let wanted = Array(text.utf8)
        guard !wanted.isEmpty, body.count >= wanted.count else { return nil }
        for start in 0...(body.count - wanted.count) where body[start..<(start + wanted.count)].elementsEqual(wanted) {
            return arrivals.first { $0.bytes >= start + wanted.count }?.at
        }
        return nil
    }
}
