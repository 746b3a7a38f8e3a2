/// Checks HTML fragments.
///
/// A fragment is well-formed when it can be put into a page without changing anything around it: each element is
/// closed within it and in order, save the void ones such as `<br>`; comments and tags end; no attribute is given
/// twice; and there is no document around it, so neither a doctype nor `<html>`, `<head>` and `<body>`. What HTML
/// allows beyond XML is allowed: attributes without quotes or values, raw text in scripts and styles, every named
/// entity, and self-closed elements in SVG and MathML. Which element may be in which is not checked.
///
/// The markup is rewritten as XML without entities and doctype, which libxml2 judges: nothing is ever loaded or
/// expanded. The work is linear in the markup's length.
package enum FragmentMarkup {
    /// The most bytes that are checked.
    package static let maximumByteCount = 8 << 20
    /// The most findings that are given.
    package static let maximumFindings = 50

    /// Checks a fragment.
    ///
    /// Of elements that do not match only the first is given: what follows is mostly its consequence.
    ///
    /// - Parameter bytes: the fragment, in UTF-8.
    /// - Returns: what is wrong, sorted by place; empty when the fragment is well-formed.
    package static func findings(in bytes: Span<UInt8>) -> [MarkupFinding] {
        findings(in: bytes.indices.map { bytes[$0] })
    }

    /// Checks a fragment whose bytes are an array.
    package static func findings(in bytes: [UInt8]) -> [MarkupFinding] {
        guard bytes.count <= maximumByteCount else {
            let message = "the fragment is larger than \(maximumByteCount >> 20) MB, the most that is checked"
            return [MarkupFinding(line: 1, column: 1, message: message)]
        }
        do {
            _ = try UTF8Span(validating: bytes.span)
        } catch {
            let problem = MarkupProblem(offset: error.byteOffsets.lowerBound, message: "the bytes are not UTF-8")
            return place([problem], in: bytes)
        }
        var reader = MarkupReader(bytes)
        reader.read()
        return place(reader.problems + WellFormedness.problems(of: reader), in: bytes)
    }

    /// Turns offsets into lines and columns, in one pass.
    private static func place(_ problems: [MarkupProblem], in bytes: [UInt8]) -> [MarkupFinding] {
        var findings: [MarkupFinding] = []
        var (offset, line, column) = (0, 1, 1)
        for problem in problems.sorted(by: { $0.offset < $1.offset }).prefix(maximumFindings) {
            while offset < min(problem.offset, bytes.count) {
                if bytes[offset] == UInt8(ascii: "\n") {
                    (line, column) = (line + 1, 1)
                } else if bytes[offset] & 0xC0 != 0x80 {
                    column += 1
                }
                offset += 1
            }
            let finding = MarkupFinding(line: line, column: column, message: problem.message)
            if findings.last != finding { findings.append(finding) }
        }
        return findings
    }
}

/// Something that is wrong at a byte of the markup.
struct MarkupProblem: Equatable {
    let offset: Int
    let message: String
}
