/// The filters of the language; ``TemplateFilter/apply(to:_:)`` says what each does.
enum TemplateFilter: String, Sendable, CaseIterable {
    case `default`
    case escape
    case safe
    case upper
    case lower
    case title
    case trim
    case truncate
    case replace
    case join
    case first
    case last
    case length
    case sort
    case reverse
    case unique
    case map
    case `where`
    case date
    case number
    case int
    case currency
    case json
    case urlEncode = "url_encode"
    case plural
    case slug

    /// A parameter of a filter.
    struct Parameter: Sendable {
        let name: String
        let isRequired: Bool
    }

    /// What a filter takes in parentheses, in order.
    var parameters: [Parameter] {
        func required(_ name: String) -> Parameter { Parameter(name: name, isRequired: true) }
        func optional(_ name: String) -> Parameter { Parameter(name: name, isRequired: false) }
        return switch self {
        case .default: [required("value")]
        case .truncate: [optional("length"), optional("end")]
        case .replace: [required("old"), required("new")]
        case .join: [optional("separator")]
        case .sort: [optional("attribute"), optional("reverse")]
        case .unique: [optional("attribute")]
        case .map: [required("attribute")]
        case .where: [required("attribute"), optional("value")]
        case .date: [optional("format")]
        case .number: [optional("decimals")]
        case .currency: [optional("code")]
        case .plural: [required("one"), optional("many")]
        case .escape, .safe, .upper, .lower, .title, .trim, .first, .last, .length, .reverse, .int, .json, .urlEncode,
            .slug:
            []
        }
    }
}
