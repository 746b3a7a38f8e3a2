import FragmentProtocol

/// A template file, parsed.
struct TemplateTree: Sendable {
    /// The layout whose blocks the file fills, with the place of its name.
    var layout: TemplateReference?
    /// What the file holds, in order.
    var nodes: [TemplateNode] = []
}

/// Another template, named by a statement.
struct TemplateReference: Sendable {
    /// The path within the templates' folder.
    let path: String
    /// Where the path is written.
    let place: SourcePlace
}

/// A piece of a template file.
struct TemplateNode: Sendable {
    /// Where it begins.
    let place: SourcePlace
    /// What it is.
    let kind: Kind

    /// The kinds of pieces.
    indirect enum Kind: Sendable {
        /// Text, as it stands in the file.
        case text(ArraySlice<UInt8>)
        /// `{{ expression }}`
        case print(TemplateExpression)
        /// `{{ super() }}`
        case parentBlock
        /// `{% block name %}`
        case block(name: String, body: [TemplateNode])
        /// `{% include "path" %}`
        case include(TemplateReference)
        /// `{% if %}`
        case condition([ConditionBranch<TemplateNode>], otherwise: [TemplateNode])
        /// `{% for %}`
        case loop(LoopHead, body: [TemplateNode], otherwise: [TemplateNode])
        /// `{% set %}`
        case set(name: String, TemplateExpression)
        /// `{% data %}`
        case data(name: String, FragmentCall)
        /// `{% fragment %}`; the body is what stands after `or`
        case fragment(FragmentCall, otherwise: [TemplateNode])
        /// `{% csrf %}`
        case csrf
    }
}

/// A condition of an `if`, and what is shown when it is the first that holds.
struct ConditionBranch<Node: Sendable>: Sendable {
    let condition: TemplateExpression
    let body: [Node]
}

/// The head of a loop, `for key, value in source`.
struct LoopHead: Sendable {
    /// The name for each key, when there are two names.
    let key: String?
    /// The name for each item.
    let item: String
    /// What is gone through.
    let source: TemplateExpression
}

/// A use of a fragment or of data, as it was written.
struct FragmentCall: Sendable {
    /// Which fragment.
    let name: FragmentName
    /// Where its name is written.
    let place: SourcePlace
    /// Names and values after `with`.
    var arguments: [(name: String, value: TemplateExpression)] = []
    /// Whether it decides the page.
    var isPrimary = false
    /// Whether the page fails without it.
    var isRequired = false
    /// After `timeout`.
    var timeout: Duration?
    /// After `ttl`.
    var ttl: Duration?
}
