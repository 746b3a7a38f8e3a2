/// The targets under which a copy can be purged, but for `all` and its URL, as ``PurgeTarget/description`` spells them.
struct PurgeableNames: Sequence, IteratorProtocol {
    private enum Step {
        case answer(service: Substring)
        case service
        case fragment
        case reference
        case tag(Int)
    }

    /// The reference of the copy, without what else it varies by.
    private let reference: Substring.UTF8View
    private let tags: [String]
    private var step: Step

    init(text: String, tags: [String]) {
        self.reference = text.utf8.prefix { $0 != UInt8(ascii: "|") }
        self.tags = tags
        self.step = AnswerAddress.parts(of: text).map { .answer(service: $0.service) } ?? .service
    }

    mutating func next() -> String? {
        switch self.step {
        case .answer(let service):
            self.step = .tag(0)
            return "service:\(service)"
        case .service:
            self.step = .fragment
            return "service:" + String(Substring(self.reference.prefix { $0 != UInt8(ascii: "/") }))
        case .fragment:
            self.step = .reference
            return "fragment:" + String(Substring(self.reference.prefix { $0 != UInt8(ascii: "?") }))
        case .reference:
            self.step = .tag(0)
            guard self.reference.contains(UInt8(ascii: "?")) else { return self.next() }
            return "fragment:" + String(Substring(self.reference))
        case .tag(let index):
            guard index < self.tags.count else { return nil }
            self.step = .tag(index + 1)
            return "tag:" + self.tags[index]
        }
    }
}
