internal import FoundationEssentials
package import NIOCore

/// A file of the site that browsers get as it is, from every host.
package struct SiteAsset: Sendable {
    /// Where assets lie in the folder of templates.
    static let folder = "assets/"

    /// The name below `assets/`: `site.css`.
    package let name: String
    /// The path of its address: `/assets/site.css`.
    package let path: String
    /// The address that pages name, which changes with the contents: `/assets/site.css?v=HASH`.
    package let url: String
    /// The media type, with the character set for texts.
    package let contentType: String
    /// The contents.
    package let bytes: ByteBuffer
    /// The strong entity tag, in quotes.
    package let etag: String
    /// Lines that its answers have besides those of every asset, each with its CRLF.
    let lines: String

    /// An asset; the name holds nothing that a URL would have to encode.
    init(name: String, bytes: Data, lines: String = "") {
        self.lines = lines
        let hash = Self.hash(of: bytes)
        self.name = name
        path = "/" + Self.folder + name
        url = "\(path)?v=\(hash.prefix(16))"
        contentType = Self.contentType(ofFile: name)
        self.bytes = ByteBuffer(bytes: bytes)
        etag = "\"\(hash)\""
    }

    /// Whether a path can stand in a URL as it is: letters, digits, `.`, `_`, `-`, `~` and `/`.
    static func isPlain(_ path: String) -> Bool {
        path.utf8.allSatisfy { PlainASCII.isLetter($0) || PlainASCII.isDigit($0) || "._-~/".utf8.contains($0) }
    }

    /// The 128-bit FNV-1a hash in hexadecimal.
    ///
    /// It tells versions of a file apart, which are the site's own: nobody gains by making two of them alike.
    private static func hash(of bytes: Data) -> String {
        var hash: UInt128 = 0x6C62_272E_07BB_0142_62B8_2175_6295_C58D
        for byte in bytes {
            hash = (hash ^ UInt128(byte)) &* 0x0000_0000_0100_0000_0000_0000_0000_013B
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 32 - digits.utf8.count) + digits
    }

    /// The media type by the end of a file's name; what is not known is bytes, which browsers then do not interpret.
    static func contentType(ofFile name: String) -> String {
        let ending = name.split(separator: "/").last?.split(separator: ".").dropFirst().last?.lowercased()
        return ending.flatMap { contentTypes[$0] } ?? "application/octet-stream"
    }

    private static let contentTypes = [
        "avif": "image/avif",
        "css": "text/css; charset=utf-8",
        "csv": "text/csv; charset=utf-8",
        "gif": "image/gif",
        "html": "text/html; charset=utf-8",
        "ico": "image/vnd.microsoft.icon",
        "jpeg": "image/jpeg",
        "jpg": "image/jpeg",
        "js": "text/javascript; charset=utf-8",
        "json": "application/json",
        "map": "application/json",
        "mjs": "text/javascript; charset=utf-8",
        "mp3": "audio/mpeg",
        "mp4": "video/mp4",
        "ogg": "audio/ogg",
        "otf": "font/otf",
        "pdf": "application/pdf",
        "png": "image/png",
        "svg": "image/svg+xml",
        "ttf": "font/ttf",
        "txt": "text/plain; charset=utf-8",
        "wasm": "application/wasm",
        "wav": "audio/wav",
        "webm": "video/webm",
        "webmanifest": "application/manifest+json",
        "webp": "image/webp",
        "woff": "font/woff",
        "woff2": "font/woff2",
        "xml": "application/xml",
    ]
}
