import Foundation
import FragmentProtocol
import Hummingbird

/// What a service has to say about a fragment; the endpoint makes the header fields of it.
struct FragmentAnswer: Sendable {
    /// The content.
    enum Content: Sendable {
        case html(Markup)
        case json([UInt8])
    }

    var status = HTTPResponse.Status.ok
    var content: Content
    /// The page's title, when the fragment is the page's primary one.
    var title: String?
    /// The page's metadata, likewise.
    var meta: FragmentMeta?
    /// How long it may be kept, where that differs from the manifest.
    var cache: CacheDirectives?
    /// Tags beside those of the manifest.
    var tags: [String] = []

    /// Content for everybody or for whom it was made.
    static func html(
        _ markup: Markup,
        title: String? = nil,
        description: String? = nil,
        tags: [String] = []
    ) -> FragmentAnswer {
        FragmentAnswer(
            content: .html(markup),
            title: title,
            meta: description.map { ["description": .string($0)] },
            tags: tags
        )
    }

    /// Data as JSON, with sorted keys, so that the same data has the same bytes.
    static func json(_ value: some Encodable, tags: [String] = []) throws -> FragmentAnswer {
        FragmentAnswer(content: .json(try stableJSON(value)), tags: tags)
    }

    /// The form of a personal fragment for somebody whom the service does not know; all of those share it.
    func anonymous() -> FragmentAnswer {
        var answer = self
        answer.cache = .shared(60)
        return answer
    }
}

/// Something that was asked for and does not exist; answered with 404.
struct NotFound: Error {
    /// What was looked for: `post`.
    let what: String
    /// The name that nothing has.
    let name: String
    /// Whether the fragment is a page's main content, whose body holds the page's heading.
    var isPage = true
}

/// A parameter that the manifest's types allow and that makes no sense all the same; answered with 400.
struct BadParameter: Error {
    /// What is wrong, in words.
    let message: String
}

/// A value as JSON whose bytes depend on the value alone.
func stableJSON(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(value))
}
