import FragmentProtocol
import NIOCore

@testable import Gateway

extension FetchResponse {
    /// An answer of a service that took no time.
    static func sample(
        _ status: Int = 200,
        _ headers: [(name: String, value: String)] = [("Content-Type", "text/html")],
        _ body: String = "<p>a</p>"
    ) -> FetchResponse {
        FetchResponse(status: status, headers: headers, body: ByteBuffer(string: body), elapsed: .zero)
    }
}

extension CheckPlace {
    static let sample = CheckPlace(file: "ADDRESS")
}

extension CheckFinding {
    /// `error 4.7: message`, as tables of cases hold it.
    var brief: String { "\(severity.rawValue) \(section?.rawValue ?? "-"): \(message)" }
}

extension [CheckFinding] {
    /// Whether there is one finding that begins so for each of the texts, in order, and says how to mend it.
    func begin(with texts: [String]) -> Bool {
        count == texts.count && zip(self, texts).allSatisfy { $0.brief.hasPrefix($1) }
    }
}
