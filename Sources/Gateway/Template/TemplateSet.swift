/// All templates of a site, compiled; immutable and swapped as a whole.
package struct TemplateSet: Sendable {
    /// The pages by their path.
    ///
    /// A file that others extend or include is among them only when it also makes sense by itself.
    package let programs: [String: PageProgram]
    /// A hash over the paths and texts of all sources, in hexadecimal; it changes when any of them does.
    package let version: String
    /// Each place where `safe` lets markup through, sorted.
    package let safeUses: [TemplatePosition]
    /// What is doubtful: names that nothing declares and the like, sorted.
    package let warnings: [TemplateDiagnostic]
}
