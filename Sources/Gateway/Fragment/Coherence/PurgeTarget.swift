package import FragmentProtocol

/// What a purge ends: the copies of everything, of a service, of a fragment with any or with some parameters, of a URL, or
/// under a tag.
package enum PurgeTarget: Hashable, Sendable, CustomStringConvertible {
    case everything
    /// All fragments and stored answers of the service of this name.
    case service(String)
    /// A fragment, whatever its parameters.
    case fragment(FragmentName)
    /// A fragment with these parameters, for everybody who has a copy of it.
    case reference(FragmentReference)
    /// All stored answers of a URL, whatever they vary by.
    case url(AnswerURL)
    /// All that bears a tag.
    case tag(String)

    /// Reads what ``description`` writes.
    ///
    /// - Returns: nil when the text names nothing that can be purged.
    package init?(_ text: some StringProtocol) {
        if text == "all" {
            self = .everything
            return
        }
        guard let colon = text.firstIndex(of: ":") else { return nil }
        let name = text[text.index(after: colon)...]
        switch text[..<colon] {
        case "service":
            // A service is named as the first part of a fragment's name is.
            guard FragmentName(service: String(name), type: "a") != nil else { return nil }
            self = .service(String(name))
        case "fragment":
            do throws(FragmentSyntaxError) {
                self.init(try FragmentReference(parsing: name))
            } catch {
                return nil
            }
        case "url":
            guard let url = AnswerURL(name) else { return nil }
            self = .url(url)
        case "tag":
            guard CacheTag.isValid(name) else { return nil }
            self = .tag(String(name))
        default: return nil
        }
    }

    /// A fragment with its parameters, or with any when the reference has none.
    package init(_ reference: FragmentReference) {
        self = reference.parameters.isEmpty ? .fragment(reference.name) : .reference(reference)
    }

    /// The one spelling: `all`, `service:blog`, `fragment:blog/nav`, `fragment:blog/post?slug=a`,
    /// `url:http://blog.localhost/feed?n=1` or `tag:nav`.
    package var description: String {
        switch self {
        case .everything: "all"
        case .service(let name): "service:\(name)"
        case .fragment(let name): "fragment:\(name)"
        case .reference(let reference): "fragment:\(reference.canonical)"
        case .url(let url): "url:\(url)"
        case .tag(let tag): "tag:\(tag)"
        }
    }
}

/// What is to be ended, and how.
package struct PurgeRecord: Hashable, Sendable {
    package enum Mode: String, Hashable, Sendable {
        /// Copies may still be served stale, while they are refreshed and where their service fails.
        case soft
        /// No copy is served again.
        case hard
    }

    package var target: PurgeTarget
    package var mode: Mode

    package init(_ target: PurgeTarget, mode: Mode = .hard) {
        self.target = target
        self.mode = mode
    }
}
