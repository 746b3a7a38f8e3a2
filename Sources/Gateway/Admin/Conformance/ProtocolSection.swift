/// A section of Docs/Protocol.md, by its number: what a finding is about.
package enum ProtocolSection: String, Sendable, CaseIterable, CustomStringConvertible {
    case manifest = "1.1"
    case health = "1.2"
    case fragments = "1.3"
    case methods = "1.4"
    case parameters = "2.2"
    case varies = "2.3"
    case examples = "2.4"
    case requestFields = "3.1"
    case query = "3.2"
    case deadline = "3.3"
    case status = "4.1"
    case contentType = "4.2"
    case html = "4.3"
    case json = "4.4"
    case size = "4.5"
    case pageFields = "4.6"
    case cookies = "4.7"
    case lifetime = "5.1"
    case sharing = "5.2"
    case vary = "5.3"
    case validators = "5.4"
    case tags = "5.5"
    case verifying = "6.2"
    case nobody = "6.3"

    /// The section's heading.
    package var title: String {
        switch self {
        case .manifest: "The manifest"
        case .health: "Health"
        case .fragments: "Fragments"
        case .methods: "Methods"
        case .parameters: "Parameters"
        case .varies: "What a fragment varies by"
        case .examples: "Tags, assets and examples"
        case .requestFields: "Header fields"
        case .query: "The query"
        case .deadline: "The deadline"
        case .status: "Status"
        case .contentType: "Content type"
        case .html: "HTML"
        case .json: "JSON"
        case .size: "Size"
        case .pageFields: "Fields for the page"
        case .cookies: "Cookies"
        case .lifetime: "How long a copy lives"
        case .sharing: "Who may have a copy"
        case .vary: "Vary"
        case .validators: "Validators"
        case .tags: "Tags"
        case .verifying: "Verifying it"
        case .nobody: "When nobody asks"
        }
    }

    /// `4.7 Cookies`.
    package var description: String { "\(rawValue) \(title)" }

    /// The section that tells of a header field of an answer.
    init(ofField name: String) {
        self =
            switch name.lowercased() {
            case "cache-tag": .tags
            case "vary": .vary
            case "etag", "last-modified": .validators
            case "fragment-title", "fragment-meta", "link", "location": .pageFields
            case "content-type": .contentType
            case "set-cookie": .cookies
            default: .lifetime
            }
    }
}
