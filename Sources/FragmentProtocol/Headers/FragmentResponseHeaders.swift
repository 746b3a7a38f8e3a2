/// What a service tells the gateway in the header fields of an answer.
///
/// The status and the body are not part of it. `Set-Cookie` is not either: services hold no browser state.
public struct FragmentResponseHeaders: Hashable, Sendable {
    /// The media type of the body (`Content-Type`).
    public var contentType: String?
    /// How caches may store it (`Cache-Control`, RFC 9111).
    public var cacheControl: CacheDirectives?
    /// How surrogates may store it; wins over the two below (`Surrogate-Control`).
    public var surrogateControl: CacheDirectives?
    /// How delivery networks may store it; wins over ``cacheControl`` (`CDN-Cache-Control`, RFC 9213).
    public var cdnCacheControl: CacheDirectives?
    /// Names under which it can be purged, each once (`Cache-Tag`).
    public var cacheTags: [String]
    /// The fields of the request that it depends on, in lower case and sorted; `["*"]` for more than fields (`Vary`).
    public var vary: [String]
    /// Its validator (`ETag`).
    public var etag: EntityTag?
    /// When its content was last changed, as an HTTP date (`Last-Modified`).
    public var lastModified: String?
    /// Seconds since it was made or validated (`Age`, RFC 9111, section 5.1).
    public var age: Int?
    /// When it was made, as an HTTP date (`Date`).
    public var date: String?
    /// When it becomes stale, as an HTTP date; other texts mean that it is stale (`Expires`, RFC 9111, section 5.3).
    public var expires: String?
    /// Stylesheets, modules and origins that belong to it (`Link`).
    public var links: [FragmentLink]
    /// The page's title, from the primary fragment, decoded (`Fragment-Title`).
    public var title: String?
    /// The page's metadata, from the primary fragment (`Fragment-Meta`).
    public var meta: FragmentMeta?
    /// Where the page redirects to (`Location`).
    public var location: String?
    /// What was wrong with fields that were read; such a field, or such a part of one, is left out.
    public private(set) var problems: [HeaderError] = []

    /// Fields of their values; those that are nil or empty are not sent.
    public init(
        contentType: String? = nil,
        cacheControl: CacheDirectives? = nil,
        surrogateControl: CacheDirectives? = nil,
        cdnCacheControl: CacheDirectives? = nil,
        cacheTags: [String] = [],
        vary: [String] = [],
        etag: EntityTag? = nil,
        lastModified: String? = nil,
        age: Int? = nil,
        date: String? = nil,
        expires: String? = nil,
        links: [FragmentLink] = [],
        title: String? = nil,
        meta: FragmentMeta? = nil,
        location: String? = nil
    ) {
        self.contentType = contentType
        self.cacheControl = cacheControl
        self.surrogateControl = surrogateControl
        self.cdnCacheControl = cdnCacheControl
        self.cacheTags = cacheTags
        self.vary = vary
        self.etag = etag
        self.lastModified = lastModified
        self.age = age
        self.date = date
        self.expires = expires
        self.links = links
        self.title = title
        self.meta = meta
        self.location = location
    }

    /// The directives that rule in the gateway: those of the most specific field that is there
    /// (RFC 9213, section 2.2); none when no field says anything.
    public var directives: CacheDirectives {
        surrogateControl ?? cdnCacheControl ?? cacheControl ?? CacheDirectives()
    }

    /// Whether it depends on more than fields of the request, so that no stored copy of it can be used.
    public var variesOnEverything: Bool { vary.contains("*") }

    /// The fields, ready to be sent.
    ///
    /// - Returns: names and values.
    /// - Throws: a ``HeaderError`` when a value cannot be written in a field.
    public func encoded() throws(HeaderError) -> [(name: String, value: String)] {
        for tag in cacheTags where !CacheTag.isValid(tag) {
            throw HeaderError(field: HeaderName.cacheTag, message: "\(quoted(tag)) is not a tag")
        }
        for name in vary where !name.isToken {
            throw HeaderError(field: HeaderName.vary, message: "\(quoted(name)) is not the name of a field")
        }
        let values: [(name: String, value: String?)] = [
            (HeaderName.contentType, contentType),
            (HeaderName.cacheControl, cacheControl?.description),
            (HeaderName.surrogateControl, surrogateControl?.description),
            (HeaderName.cdnCacheControl, cdnCacheControl?.description),
            (HeaderName.cacheTag, cacheTags.joined(separator: ", ")),
            (HeaderName.vary, vary.joined(separator: ", ")),
            (HeaderName.etag, etag?.description),
            (HeaderName.lastModified, lastModified),
            (HeaderName.age, age.map { String(max(0, $0)) }),
            (HeaderName.date, date),
            (HeaderName.expires, expires),
            (HeaderName.link, links.map(\.description).joined(separator: ", ")),
            (HeaderName.fragmentTitle, title.map { FragmentTitle.encode($0) }),
            (HeaderName.fragmentMeta, meta?.json),
            (HeaderName.location, location),
        ]
        var fields: [(name: String, value: String)] = []
        for case (let name, let value?) in values where !value.isEmpty {
            guard value.isFieldValue else {
                throw HeaderError(field: name, message: "\(quoted(value)) holds a control character")
            }
            fields.append((name, value))
        }
        return fields
    }

    /// The fields of a service's answer; what is malformed is left out and told in ``problems``.
    ///
    /// - Parameter fields: all fields of the answer, those of other meaning among them.
    public init(decoding fields: [(name: String, value: String)]) {
        self.init()
        var (cacheControl, surrogateControl, cdnCacheControl): (String?, String?, String?)
        var (cacheTags, vary, links): (String?, String?, String?)
        for field in fields {
            guard let name = Self.decodedNames.first(where: { HeaderName.isSame($0, field.name) }) else { continue }
            let value = String(Substring(field.value).trimmed)
            switch name {
            case "cache-control": Self.join(value, to: &cacheControl)
            case "surrogate-control": Self.join(value, to: &surrogateControl)
            case "cdn-cache-control": Self.join(value, to: &cdnCacheControl)
            case "cache-tag": Self.join(value, to: &cacheTags)
            case "vary": Self.join(value, to: &vary)
            case "link": Self.join(value, to: &links)
            case "content-type": Self.takeOnce(value, as: &contentType, of: field, &problems)
            case "last-modified": Self.takeOnce(value, as: &lastModified, of: field, &problems)
            case "date": Self.takeOnce(value, as: &date, of: field, &problems)
            case "expires": Self.takeOnce(value, as: &expires, of: field, &problems)
            case "location": Self.takeOnce(value, as: &location, of: field, &problems)
            case "etag": Self.takeOnce(EntityTag(value), as: &etag, of: field, &problems)
            case "age":
                // Of a list the first member counts (RFC 9111, section 5.1).
                let first = value.prefix { $0 != "," }.trimmed
                Self.takeOnce(Self.seconds(String(first)), as: &age, of: field, &problems)
            case "fragment-title": Self.takeOnce(FragmentTitle.decode(value), as: &title, of: field, &problems)
            case "fragment-meta":
                do throws(HeaderError) {
                    Self.takeOnce(try FragmentMeta(json: value), as: &meta, of: field, &problems)
                } catch {
                    problems.append(error)
                }
            default: break
            }
        }
        self.cacheControl = cacheControl.map { CacheDirectives(parsing: $0) }
        self.surrogateControl = surrogateControl.map { CacheDirectives(surrogate: $0) }
        takeTargeted(cdnCacheControl)
        takeTags(cacheTags)
        takeVary(vary)
        takeLinks(links)
    }

    /// The fields that are read, in the spelling that they are told apart by.
    private static let decodedNames = [
        "cache-control", "surrogate-control", "cdn-cache-control", "cache-tag", "vary", "link", "content-type",
        "last-modified", "date", "expires", "location", "etag", "age", "fragment-title", "fragment-meta",
    ]

    /// Adds a line to a field whose lines are one list (RFC 9110, section 5.3).
    private static func join(_ value: String, to list: inout String?) {
        list = list.map { "\($0), \(value)" } ?? value
    }

    /// Keeps a value of a field that can stand there once; of several the first one counts.
    private static func takeOnce<Value>(
        _ value: Value?,
        as kept: inout Value?,
        of field: (name: String, value: String),
        _ problems: inout [HeaderError]
    ) {
        if kept != nil {
            problems.append(HeaderError(field: field.name, message: "is given twice"))
        } else if let value {
            kept = value
        } else {
            let text = Substring(field.value).trimmed
            problems.append(HeaderError(field: field.name, message: "\(quoted(text)) is malformed"))
        }
    }

    /// Keeps the directives of `CDN-Cache-Control`, which counts only when it is a dictionary (RFC 9213, section 2.1).
    private mutating func takeTargeted(_ value: String?) {
        guard let value else { return }
        cdnCacheControl = CacheDirectives(targeted: value)
        if cdnCacheControl == nil {
            let message = "\(quoted(value)) is not a dictionary with members (RFC 8941)"
            problems.append(HeaderError(field: HeaderName.cdnCacheControl, message: message))
        }
    }

    /// Keeps the tags of `Cache-Tag`.
    private mutating func takeTags(_ value: String?) {
        guard let value else { return }
        for part in value.utf8.split(separator: UInt8(ascii: ",")) {
            let tag = String(Substring(part).trimmed)
            if tag.isEmpty || cacheTags.contains(tag) { continue }
            if CacheTag.isValid(tag) {
                cacheTags.append(tag)
            } else {
                problems.append(HeaderError(field: HeaderName.cacheTag, message: "\(quoted(tag)) is not a tag"))
            }
        }
    }

    /// Keeps the fields of `Vary`; something that is no field's name may mean anything, and so everything.
    private mutating func takeVary(_ value: String?) {
        guard let value else { return }
        var names: Set<String> = []
        for part in value.utf8.split(separator: UInt8(ascii: ",")) {
            let name = Substring(part).trimmed.lowercasedASCII
            if name.isToken {
                names.insert(name)
            } else if !name.isEmpty {
                names.insert("*")
                let message = "\(quoted(name)) is not the name of a field"
                problems.append(HeaderError(field: HeaderName.vary, message: message))
            }
        }
        vary = names.contains("*") ? ["*"] : names.sorted()
    }

    /// Keeps the links of `Link`.
    private mutating func takeLinks(_ value: String?) {
        guard let value else { return }
        let (links, isComplete) = FragmentLink.list(value)
        self.links = links
        if !isComplete {
            problems.append(HeaderError(field: HeaderName.link, message: "\(quoted(value)) holds a malformed link"))
        }
    }

    /// The seconds of a field's value, or nil when they are not digits (RFC 9111, section 1.2.2).
    private static func seconds(_ value: String) -> Int? {
        guard !value.isEmpty, value.utf8.allSatisfy({ $0.isDigit }) else { return nil }
        return CacheDirectives.deltaSeconds(value)
    }
}
