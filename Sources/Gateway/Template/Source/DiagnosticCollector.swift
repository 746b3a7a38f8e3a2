/// Gathers what the stages of the compiler find, each finding once.
///
/// A layout is looked at for each page that extends it; its errors are still reported once.
struct DiagnosticCollector {
    /// The files that places refer to.
    let files: [SourceFile]
    private var found: Set<TemplateDiagnostic> = []
    /// How many errors there are so far.
    private(set) var errorCount = 0

    init(files: [SourceFile]) {
        self.files = files
    }

    /// Reports an error.
    mutating func error(_ message: String, at place: SourcePlace, suggestion: String? = nil) {
        report(.error, message, at: place, suggestion: suggestion)
    }

    /// Reports something doubtful.
    mutating func warning(_ message: String, at place: SourcePlace, suggestion: String? = nil) {
        report(.warning, message, at: place, suggestion: suggestion)
    }

    /// Takes over the errors that another collector for the same files has found.
    mutating func mergeErrors(of other: DiagnosticCollector) {
        for diagnostic in other.found where diagnostic.severity == .error && found.insert(diagnostic).inserted {
            errorCount += 1
        }
    }

    /// Where a place is, for people.
    func position(_ place: SourcePlace) -> TemplatePosition {
        files[place.file].position(of: place.offset)
    }

    /// All findings, sorted by path, line, column and message.
    var sorted: [TemplateDiagnostic] {
        found.sorted { left, right in
            let (a, b) = (left.position, right.position)
            return (a.path, a.line, a.column, left.message) < (b.path, b.line, b.column, right.message)
        }
    }

    private mutating func report(
        _ severity: TemplateDiagnostic.Severity,
        _ message: String,
        at place: SourcePlace,
        suggestion: String?
    ) {
        let position = position(place)
        let diagnostic = TemplateDiagnostic(
            severity: severity,
            position: position,
            message: message,
            suggestion: suggestion,
            sourceLine: files[place.file].line(position.line)
        )
        if found.insert(diagnostic).inserted && severity == .error { errorCount += 1 }
    }
}

/// A finding that ends the reading of a tag; the tag's reader reports it and goes on after the tag.
struct TemplateFailure: Error {
    let message: String
    let place: SourcePlace
    let suggestion: String?

    init(_ message: String, at place: SourcePlace, suggestion: String? = nil) {
        self.message = message
        self.place = place
        self.suggestion = suggestion
    }
}

extension DiagnosticCollector {
    /// Reports what ended the reading of a tag.
    mutating func error(_ failure: TemplateFailure) {
        error(failure.message, at: failure.place, suggestion: failure.suggestion)
    }
}
