/// The text of a post, a product or an event: paragraphs with a blank line between them.
///
/// A paragraph that begins with `## ` is a heading, with `> ` a quotation, and `[picture NAME] words` is a generated
/// picture with its description. There is no other syntax; all else is text.
struct Prose: Sendable {
    /// The text as it is stored.
    let text: String

    /// The text as HTML, its headings at level two.
    ///
    /// - Parameters:
    ///   - links: Where pictures are.
    ///   - service: The service that serves them.
    /// - Returns: Paragraphs, headings, quotations and pictures.
    func markup(links: Links, service: ServiceName) -> Markup {
        Markup(
            text.split(separator: "\n\n").map { block in
                if let heading = block.after("## ") {
                    return "<h2>\(heading)</h2>\n"
                }
                if let quotation = block.after("> ") {
                    return "<blockquote><p>\(quotation)</p></blockquote>\n"
                }
                if let picture = block.after("[picture "), let end = picture.firstIndex(of: "]") {
                    let source = links.picture(String(picture[..<end]), of: service)
                    let words = String(picture[picture.index(after: end)...].drop { $0 == " " })
                    return """
                        <img class="prose__image" src="\(source)" width="960" height="540" alt="\(words)" \
                        loading="lazy" />\n
                        """
                }
                return "<p>\(String(block))</p>\n"
            }
        )
    }

    /// The first plain paragraph, for a summary.
    var lead: String {
        text.split(separator: "\n\n").first { $0.first != "#" && $0.first != "[" && $0.first != ">" }.map(String.init)
            ?? ""
    }
}

extension Substring {
    /// What follows the prefix, when the text begins with it.
    fileprivate func after(_ prefix: String) -> String? {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
    }
}
