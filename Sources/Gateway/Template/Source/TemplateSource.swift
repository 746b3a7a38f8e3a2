/// A template file as it was read.
package struct TemplateSource: Sendable {
    /// The path within the templates' folder, with `/`: `blog/home.html`.
    package let path: String
    /// The text of the file.
    package let text: String

    /// A template file.
    package init(path: String, text: String) {
        self.path = path
        self.text = text
    }
}
