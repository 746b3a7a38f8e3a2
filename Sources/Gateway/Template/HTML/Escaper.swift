/// How a printed value is made safe for the place where it stands.
package enum Escaper: UInt8, Sendable, CaseIterable, BitwiseCopyable {
    /// Between tags; markup goes through.
    case text
    /// Within a quoted attribute, `<title>` or `<textarea>`; markup's entities go through, its tags do not.
    case attribute
    /// At the beginning of a URL attribute: the value may be a whole URL, unless its scheme can run scripts.
    case urlStart
    /// After other text of a URL that has not decided yet whether there is a scheme: the value may hold none.
    case urlUndecided
    /// Behind the scheme or the first `/`, `?` or `#` of a URL.
    case urlRest
    /// Within `<script>`, as JSON.
    case script
}
