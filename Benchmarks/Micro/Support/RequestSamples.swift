import NIOCore

/// The heads of requests, as clients send them.
enum RequestSamples {
    /// What wrk sends.
    static func wrk(host: String, path: String = "/") -> ByteBuffer {
        ByteBuffer(string: "GET \(path) HTTP/1.1\r\nHost: \(host)\r\n\r\n")
    }

    /// What a browser sends for a page that was linked to: some 800 bytes.
    static func browser(
        host: String,
        path: String = "/",
        cookie: String? = nil,
        codings: String = "identity"
    ) -> ByteBuffer {
        let lines = [
            "GET \(path) HTTP/1.1", "Host: \(host)", "Connection: keep-alive", "Cache-Control: max-age=0",
            #"sec-ch-ua: "Chromium";v="130", "Not?A_Brand";v="99""#, "sec-ch-ua-mobile: ?0",
            #"sec-ch-ua-platform: "Linux""#, "Upgrade-Insecure-Requests: 1",
            "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
                + "Chrome/130.0.0.0 Safari/537.36",
            "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8",
            "Sec-Fetch-Site: same-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-User: ?1", "Sec-Fetch-Dest: document",
            "Referer: http://market.localhost:8080/", "Accept-Encoding: \(codings)",
            "Accept-Language: de-AT,de;q=0.9,en-GB;q=0.8,en;q=0.7",
            "Cookie: \(cookie ?? "theme=dark; seen=2026-11-01")", "DNT: 1",
        ]
        return ByteBuffer(string: lines.joined(separator: "\r\n") + "\r\n\r\n")
    }

    /// A head as the reader reads it.
    static func head(of bytes: ByteBuffer) throws -> RequestHead {
        guard let head = try RequestReader(limits: RequestLimits()).read(bytes.readableBytesUInt8Span) else {
            throw PreparationFailure(description: "the sample request has no end")
        }
        return head
    }
}
