/// What the site says of itself (`site:`).
package struct SiteSettings: Sendable, Equatable {
    /// The site's name (`name:`).
    package let name: String
    /// The languages that pages exist in, the default one first (`languages:`).
    package let languages: [String]
    /// The whole map for templates, `name` and `languages` among it; always an object.
    package let values: ConfigurationValue

    package init(name: String, languages: [String], values: ConfigurationValue) {
        self.name = name
        self.languages = languages
        self.values = values
    }
}
