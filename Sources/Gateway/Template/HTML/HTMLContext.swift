/// Where in an HTML document a place lies: all that decides how a value printed there has to be escaped.
///
/// Two places with equal contexts are alike to whatever follows.
struct HTMLContext: Hashable, Sendable {
    /// The state of HTML's tokenizer (WHATWG, 13.2.5), as far as it matters.
    enum State: Hashable, Sendable {
        /// Between tags.
        case text
        /// After `<`.
        case tagOpen
        /// After `</`.
        case endTagOpen
        /// In a tag's name.
        case tagName
        /// In a tag, where an attribute may begin.
        case beforeAttributeName
        /// In an attribute's name.
        case attributeName
        /// In a tag, after an attribute's name and space.
        case afterAttributeName
        /// After an attribute's `=`.
        case beforeAttributeValue
        /// In a value in these quotes.
        case attributeValue(quote: UInt8)
        /// In a value without quotes.
        case unquotedValue
        /// Behind the closing quote of a value.
        case afterAttributeValue
        /// After `/` in a tag.
        case selfClosing
        /// In a tag, where branches came together that end differently: only space, `/` or `>` may follow.
        case tagGap
        /// After `<!`, with what has been read of `--`.
        case declarationOpen(dashes: Int)
        /// In `<!doctype …>` and whatever else browsers skip up to `>`.
        case declaration
        /// In a comment.
        case comment(CommentEnd)
        /// Within an element whose content is not markup.
        case raw(RawElement)
    }

    /// How much of a comment's end has been read.
    enum CommentEnd: Hashable, Sendable {
        /// `<!--`, which `>` may end at once
        case start
        /// `<!---`
        case startDash
        /// Nothing.
        case none
        /// `-`
        case dash
        /// `--`
        case dashes
        /// `--!`
        case bang
    }

    /// Elements whose content is text up to their end tag.
    enum RawElement: String, Hashable, Sendable, CaseIterable {
        case script, style, title, textarea, xmp, iframe, noembed, noframes
    }

    /// What an attribute's value means to a browser.
    enum AttributeKind: Hashable, Sendable {
        /// Text.
        case plain
        /// An address.
        case url
        /// Something in which no value can be printed safely.
        case refused(String)
    }

    /// How far a URL has been read, in the order of what is least certain.
    enum URLPhase: Hashable, Sendable {
        /// Behind the scheme or the first `/`, `?` or `#`, or in a value that is no URL.
        case decided
        /// Nothing has been read.
        case start
        /// Static text that may be a scheme, in small letters.
        case scheme(String)
        /// A value or different static texts, which may be the beginning of a scheme.
        case undecided
        /// A scheme that runs scripts, or something that hides which it is.
        case refused
    }

    /// The state of the tokenizer.
    var state = State.text
    /// The name of the present tag, in small letters; empty outside of tags.
    var tag = ""
    /// Whether the present tag is an end tag.
    var isEndTag = false
    /// The name of the present attribute, in small letters; empty outside of attributes.
    var attribute = ""
    /// How far the URL of the present attribute has been read.
    var url = URLPhase.start
    /// What has been read of a raw element's end tag, or of `<!--` in a script.
    var closing = ""
    /// Where in a script the place lies.
    var script = ScriptContext()

    /// What the present attribute's value means.
    var attributeKind: AttributeKind { Self.kind(of: attribute, on: tag) }

    private static let urlAttributes: Set<String> = [
        "action", "archive", "background", "cite", "classid", "codebase", "data", "formaction", "href", "icon",
        "longdesc", "manifest", "ping", "poster", "profile", "src", "usemap", "xlink:href", "xml:base",
    ]

    private static func kind(of attribute: String, on tag: String) -> AttributeKind {
        if attribute.hasPrefix("on") { return .refused("a script") }
        switch attribute {
        case "style": return .refused("CSS")
        case "srcdoc": return .refused("a document")
        case "attributename", "by", "from", "to", "values":
            return ["animate", "animatemotion", "animatetransform", "set"].contains(tag)
                ? .refused("an animation") : .plain
        default: return urlAttributes.contains(attribute) ? .url : .plain
        }
    }

    /// The place in words, for error messages.
    var description: String {
        switch state {
        case .text: "between tags"
        case .tagOpen, .endTagOpen, .tagName: "in the name of a tag"
        case .beforeAttributeName, .attributeName, .afterAttributeName, .afterAttributeValue, .selfClosing, .tagGap:
            "inside the tag <\(isEndTag ? "/" : "")\(tag)>"
        case .beforeAttributeValue: "before the value of the attribute \"\(attribute)\""
        case .attributeValue, .unquotedValue: "inside the value of the attribute \"\(attribute)\""
        case .declarationOpen, .declaration: "inside a <!…> declaration"
        case .comment: "inside an HTML comment"
        case .raw(.script): "inside <script>\(script.description)"
        case .raw(let element): "inside <\(element.rawValue)>"
        }
    }
}

extension HTMLContext {
    /// Why a value cannot be printed at a place.
    struct Refusal: Error {
        let message: String
        let suggestion: String?
    }

    /// How a value has to be escaped that is printed here.
    func escaper() throws(Refusal) -> Escaper {
        switch state {
        case .text: return .text
        case .attributeValue: return try attributeEscaper()
        case .raw(let element):
            guard closing.isEmpty else {
                throw Refusal(message: "a value cannot be printed right after \"\(closing)\"", suggestion: nil)
            }
            switch element {
            case .title, .textarea: return .attribute
            case .script: return try script.escaper()
            default:
                throw Refusal(
                    message: "a value cannot be printed inside <\(element.rawValue)>",
                    suggestion: element == .style ? "choose between classes instead" : nil
                )
            }
        case .tagOpen, .endTagOpen, .tagName:
            throw Refusal(message: "a value cannot be printed as the name of a tag", suggestion: nil)
        case .beforeAttributeValue, .unquotedValue:
            throw Refusal(
                message: "a value cannot be printed into an attribute without quotes",
                suggestion: "write \(attribute)=\"{{ … }}\""
            )
        case .beforeAttributeName, .attributeName, .afterAttributeName, .afterAttributeValue, .selfClosing, .tagGap:
            throw Refusal(
                message: "a value cannot be printed as the name of an attribute",
                suggestion: "write {% if … %}name{% endif %} or name=\"{{ … }}\""
            )
        case .comment, .declaration, .declarationOpen:
            throw Refusal(message: "a value cannot be printed \(description)", suggestion: nil)
        }
    }

    private func attributeEscaper() throws(Refusal) -> Escaper {
        switch attributeKind {
        case .plain: return .attribute
        case .refused(let what):
            throw Refusal(
                message: "a value cannot be printed into the attribute \"\(attribute)\", which holds \(what)",
                suggestion: attribute == "style"
                    ? "choose between classes, or use a data- attribute" : "use a data- attribute"
            )
        case .url:
            switch url {
            case .start: return .urlStart
            case .scheme, .undecided: return .urlUndecided
            case .decided: return .urlRest
            case .refused:
                throw Refusal(
                    message: "a value cannot be printed into a URL whose scheme may run scripts",
                    suggestion: nil
                )
            }
        }
    }

    /// What follows after a printed value.
    func afterPrint() -> HTMLContext {
        var context = self
        if case .attributeValue = state, attributeKind == .url {
            switch url {
            case .start, .scheme: context.url = .undecided
            case .undecided, .decided, .refused: break
            }
        }
        if state == .raw(.script) { context.script.readValue() }
        return context
    }

    /// The one context that is safe wherever either of the two may be the case; nil when there is none.
    func joined(with other: HTMLContext) -> HTMLContext? {
        if self == other { return self }
        var joined = self
        if isTagGap, other.isTagGap, tag == other.tag, isEndTag == other.isEndTag {
            joined.state = .tagGap
            joined.attribute = ""
            joined.url = .start
            return joined
        }
        guard state == other.state else { return nil }
        joined.url = url.joined(with: other.url)
        joined.script = script.joined(with: other.script)
        var alike = other
        alike.url = joined.url
        alike.script = joined.script
        return joined == alike ? joined : nil
    }

    /// Whether a tag's next attribute may begin here, at least after a space.
    private var isTagGap: Bool {
        switch state {
        case .beforeAttributeName, .attributeName, .afterAttributeName, .afterAttributeValue, .tagGap: true
        // The tag's name is complete when something other than static text comes next, or is refused later on.
        case .tagName: true
        default: false
        }
    }
}

extension HTMLContext.URLPhase {
    /// The less certain of the two.
    func joined(with other: Self) -> Self {
        if self == other { return self }
        for phase in [Self.refused, .undecided] where self == phase || other == phase { return phase }
        return switch (self, other) {
        // What may be a scheme or the start: a colon may follow on a scheme that is not known.
        case (.scheme, _), (_, .scheme): .undecided
        default: .start
        }
    }
}
