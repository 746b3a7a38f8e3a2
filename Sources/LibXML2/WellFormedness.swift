internal import CLibXML2

/// Asks libxml2 whether XML is well-formed.
enum WellFormedness {
    /// An error of the library, with what it says of it.
    fileprivate struct Report {
        let code: UInt32
        let line: Int
        /// The line of the opening tag, where tags do not match.
        let openingLine: Int
        let name: String
        let message: String
    }

    /// Collects the library's errors.
    private final class Reports {
        var all: [Report] = []
    }

    /// The library's own state, made once.
    private static let library: Void = xmlInitParser()

    /// What is wrong with the XML of a fragment.
    static func problems(of reader: MarkupReader) -> [MarkupProblem] {
        var problems: [MarkupProblem] = []
        for report in reports(on: reader.xml) {
            let offset = offset(ofLine: report.line, in: reader)
            switch report.code {
            case XML_ERR_TAG_NAME_MISMATCH.rawValue:
                problems.append(mismatch(report, offset: offset, in: reader))
                // The library takes the wrong tag for the right one: what it says from here on may not be so.
                return problems
            case XML_ERR_ATTRIBUTE_REDEFINED.rawValue:
                let name = reader.attributeNames[report.name] ?? report.name
                problems.append(MarkupProblem(offset: offset, message: "the attribute '\(name)' is given twice"))
            case XML_ERR_INVALID_CHAR.rawValue, XML_ERR_INVALID_CHARREF.rawValue:
                problems.append(MarkupProblem(offset: offset, message: "a character here may not be in HTML"))
            case XML_ERR_INTERNAL_ERROR.rawValue where report.message.hasPrefix("Excessive depth"):
                problems.append(MarkupProblem(offset: offset, message: "the elements are nested too deeply"))
                return problems
            default:
                problems.append(MarkupProblem(offset: offset, message: report.message))
            }
        }
        return problems
    }

    private static func mismatch(_ report: Report, offset: Int, in reader: MarkupReader) -> MarkupProblem {
        let isEnd = report.line >= reader.offsets.count
        guard report.openingLine > 1 else {
            let message = "</\(reader.tagName(at: offset))> closes nothing that is open"
            return MarkupProblem(offset: offset, message: message)
        }
        let opening = self.offset(ofLine: report.openingLine, in: reader)
        let name = reader.tagName(at: opening)
        let message =
            isEnd
            ? "<\(name)> is not closed"
            : "<\(name)> is not closed before </\(reader.tagName(at: offset))>"
        // The tag that is not closed is what has to be mended.
        return MarkupProblem(offset: opening, message: message)
    }

    /// The place in the markup where a line of the XML, from 1, comes from.
    private static func offset(ofLine line: Int, in reader: MarkupReader) -> Int {
        reader.offsets[min(max(line, 1), reader.offsets.count) - 1]
    }

    /// Parses without building a tree.
    private static func reports(on xml: [UInt8]) -> [Report] {
        _ = library
        let reports = Reports()
        xml.withUnsafeBytes { bytes in
            let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
            // The size fits: the markup is a few megabytes at most, and its XML a small multiple of it.
            guard let context = xmlCreateMemoryParserCtxt(start, Int32(bytes.count)) else { return }
            defer { xmlFreeParserCtxt(context) }
            // No handler but that of errors: nothing is built, declared or resolved.
            var handler = xmlSAXHandler()
            handler.initialized = UInt32(XML_SAX2_MAGIC)
            handler.serror = { context, error in
                guard let context, let error = error?.pointee else { return }
                let reports = Unmanaged<Reports>.fromOpaque(context).takeUnretainedValue()
                // A text of megabytes could be an error a byte; nobody reads them all.
                guard reports.all.count < FragmentMarkup.maximumFindings else { return }
                reports.all.append(Report(error))
            }
            context.pointee.sax.pointee = handler
            context.pointee.userData = Unmanaged.passUnretained(reports).toOpaque()
            xmlCtxtUseOptions(context, Int32(XML_PARSE_NONET.rawValue))
            withExtendedLifetime(reports) { _ = xmlParseDocument(context) }
        }
        return reports.all
    }
}

extension WellFormedness.Report {
    fileprivate init(_ error: xmlError) {
        code = UInt32(bitPattern: error.code)
        line = Int(error.line)
        openingLine = Int(error.int1)
        name = error.str1.map { String(cString: $0) } ?? ""
        message =
            error.message.map { String(cString: $0) }?
            .split(separator: "\n").first.map(String.init) ?? "the markup is not well-formed"
    }
}
