/// A piece of HTML in which all data is escaped.
///
/// Written as a string literal, what stands in the source is markup and what is interpolated is data:
/// `let cell: Markup = "<td>\(name)</td>"`. Only another `Markup` is inserted as it is, so that nothing
/// from a database or a request can become a tag or leave its attribute.
struct Markup: Sendable, Hashable {
    /// The HTML, ready to be sent.
    let html: String

    /// Joins pieces with nothing between them.
    init(_ pieces: some Sequence<Markup>) {
        html = pieces.reduce(into: "") { $0 += $1.html }
    }

    fileprivate init(html: String) {
        self.html = html
    }
}

extension Markup: ExpressibleByStringInterpolation {
    init(stringLiteral value: String) {
        html = value
    }

    init(stringInterpolation: Interpolation) {
        html = stringInterpolation.html
    }

    /// Collects the literal and the escaped parts of an interpolated `Markup`.
    struct Interpolation: StringInterpolationProtocol {
        fileprivate var html: String

        init(literalCapacity: Int, interpolationCount: Int) {
            html = ""
            html.reserveCapacity(literalCapacity + interpolationCount * 16)
        }

        mutating func appendLiteral(_ literal: String) {
            html += literal
        }

        /// Text or an attribute's value: escaped.
        mutating func appendInterpolation(_ data: String) {
            html += Escape.html(data)
        }

        /// A number, which needs no escaping.
        mutating func appendInterpolation(_ number: Int) {
            html += String(number)
        }

        /// Markup, which is safe already.
        mutating func appendInterpolation(_ markup: Markup) {
            html += markup.html
        }

        /// Markup that may be left out.
        mutating func appendInterpolation(_ markup: Markup?) {
            html += markup?.html ?? ""
        }

        /// Pieces of markup, one after another.
        mutating func appendInterpolation(_ pieces: [Markup]) {
            for piece in pieces {
                html += piece.html
            }
        }
    }
}
