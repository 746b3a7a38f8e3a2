import TestSupport

/// A browser as far as a sign-on can tell: a jar of cookies for each host, and redirects that it follows.
///
/// It belongs to one task.
final class Visitor {
    /// A page, or whatever else an address answers in the end.
    struct Page {
        let url: String
        let response: RawResponse

        var status: Int { self.response.status }
        var text: String { self.response.text }
        var host: String { Visitor.parts(of: self.url).host }
        var path: String { Visitor.parts(of: self.url).path }

        /// The values of the fields that a page has in its forms, by name; of several of one name the last.
        var hiddenFields: [String: String] {
            var fields: [String: String] = [:]
            for input in self.text.split(separator: "<input ").dropFirst() {
                let tag = input.prefix { $0 != ">" }
                guard tag.contains("type=\"hidden\""), let name = Self.attribute("name", of: tag) else { continue }
                fields[name] = Self.attribute("value", of: tag) ?? ""
            }
            return fields
        }

        private static func attribute(_ name: String, of tag: Substring) -> String? {
            guard
                let start = tag.firstRange(of: " \(name)=\"")?.upperBound
                    ?? tag.firstRange(of: "\(name)=\"")?.upperBound
            else { return nil }
            return String(tag[start...].prefix { $0 != "\"" }).replacing("&amp;", with: "&")
        }
    }

    /// More redirects than these are a loop.
    private static let mostRedirects = 12

    let port: Int
    private let userAgent: String
    private let keepsCookies: Bool
    /// The cookies by host and name.
    private(set) var jars: [String: [String: String]] = [:]
    /// Every address that was asked, in order.
    private(set) var visited: [String] = []
    /// The longest `Cookie` field that was sent, and the longest `Set-Cookie` line that came.
    private(set) var longestCookieField = 0
    private(set) var longestSetCookie = 0

    init(
        port: Int,
        userAgent: String = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        keepsCookies: Bool = true
    ) {
        self.port = port
        self.userAgent = userAgent
        self.keepsCookies = keepsCookies
    }

    /// The address of a host's path.
    func url(_ host: String, _ path: String = "/") -> String { "http://\(host).localhost:\(self.port)\(path)" }

    /// Goes to an address as by a link on a page of another host, or by typing it in, and follows where it leads.
    func go(_ url: String, from referrer: String? = nil) async throws -> Page {
        try await self.navigate("GET", url, body: nil, from: referrer)
    }

    /// Sends a form of a page to a path of its host, with its hidden fields.
    func submit(_ page: Page, to path: String, _ fields: [String: String]) async throws -> Page {
        let all = page.hiddenFields.merging(fields) { $1 }
        let body = all.sorted { $0.key < $1.key }.map { "\(Self.encoded($0.key))=\(Self.encoded($0.value))" }
            .joined(separator: "&")
        return try await self.navigate("POST", "http://\(page.host)\(path)", body: body, from: page.url)
    }

    /// Takes a host's cookies from one visitor's browser into this one, as a thief would.
    func steal(from other: Visitor) { self.jars = other.jars }

    private func navigate(_ method: String, _ url: String, body: String?, from referrer: String?) async throws -> Page {
        var (method, url, body) = (method, url, body)
        for _ in 0...Self.mostRedirects {
            self.visited.append(url)
            let (host, path) = Self.parts(of: url)
            var headers = [
                ("Accept", "text/html,application/xhtml+xml"), ("User-Agent", self.userAgent),
                ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document"),
            ]
            if let referrer {
                let origin = "http://\(Self.parts(of: referrer).host)"
                headers.append(("Sec-Fetch-Site", origin == "http://\(host)" ? "same-origin" : "same-site"))
                headers.append(("Referer", origin + "/"))
                if method == "POST" { headers.append(("Origin", origin)) }
            } else {
                headers.append(("Sec-Fetch-Site", "none"))
            }
            if body != nil { headers.append(("Content-Type", "application/x-www-form-urlencoded")) }
            let cookies = (self.jars[host] ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            if !cookies.isEmpty {
                let field = cookies.joined(separator: "; ")
                self.longestCookieField = max(self.longestCookieField, field.utf8.count)
                headers.append(("Cookie", field))
            }
            let request = RawRequest(method: method, target: path, host: host, headers: headers, body: body)
            let response = try await RawClient.request(request, to: self.port)
            for line in response.all("set-cookie") { self.keep(line, of: host) }
            guard (300...399).contains(response.status), response.status != 304, let location = response["location"]
            else { return Page(url: url, response: response) }
            url = location.hasPrefix("/") ? "http://\(host)\(location)" : location
            (method, body) = ("GET", nil)
        }
        throw EndToEndError("a loop: \(self.visited.suffix(Self.mostRedirects).joined(separator: " -> "))")
    }

    private func keep(_ line: String, of host: String) {
        guard self.keepsCookies else { return }
        self.longestSetCookie = max(self.longestSetCookie, line.utf8.count)
        let parts = line.split(separator: ";")
        guard let pair = parts.first, let equals = pair.firstIndex(of: "=") else { return }
        let name = String(pair[..<equals])
        let ends = parts.dropFirst().contains { $0.contains("Max-Age=0") }
        self.jars[host, default: [:]][name] = ends ? nil : String(pair[pair.index(after: equals)...])
    }

    private static func parts(of url: String) -> (host: String, path: String) {
        let rest = url.split(separator: "//", maxSplits: 1).last ?? ""
        guard let slash = rest.firstIndex(of: "/") else { return (String(rest), "/") }
        return (String(rest[..<slash]), String(rest[slash...].prefix { $0 != "#" }))
    }

    private static func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            let character = Character(UnicodeScalar(byte))
            return character.isASCII && (character.isLetter || character.isNumber)
                ? String(character) : hexadecimal(byte)
        }.joined()
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return digits.count == 1 ? "%0\(digits)" : "%\(digits)"
    }
}
