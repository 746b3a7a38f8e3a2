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
        var lists: [String: String] = [:]
        for field in fields {
            let name = field.name.lowercasedASCII
            let value = String(Substring(field.value).trimmed)
            switch name {
            case "cache-control", "surrogate-control", "cdn-cache-control", "cache-tag", "vary", "link":
                lists[name] = lists[name].map { "\($0), \(value)" } ?? value
            case "content-type": takeOnce(\.contentType, value, of: field.name)
            case "last-modified": takeOnce(\.lastModified, value, of: field.name)
            case "date": takeOnce(\.date, value, of: field.name)
            case "expires": takeOnce(\.expires, value, of: field.name)
            case "location": takeOnce(\.location, value, of: field.name)
            case "etag": takeOnce(\.etag, EntityTag(value), value, of: field.name)
            case "age": takeOnce(\.age, Self.seconds(value), value, of: field.name)
            case "fragment-title": takeOnce(\.title, FragmentTitle.decode(value), value, of: field.name)
            case "fragment-meta":
                do throws(HeaderError) {
                    takeOnce(\.meta, try FragmentMeta(json: value), value, of: field.name)
                } catch {
                    problems.append(error)
                }
            default: break
            }
        }
        cacheControl = lists["cache-control"].map { CacheDirectives(parsing: $0) }
        surrogateControl = lists["surrogate-control"].map { CacheDirectives(surrogate: $0) }
        takeTargeted(lists["cdn-cache-control"])
        takeTags(lists["cache-tag"])
        takeVary(lists["vary"])
        takeLinks(lists["link"])
    }

    /// Keeps a value of a field that can stand there once; of several the first one counts.
    private mutating func takeOnce<Value>(
        _ path: WritableKeyPath<Self, Value?>,
        _ value: Value?,
        _ text: String = "",
        of field: String
    ) {
        if self[keyPath: path] != nil {
            problems.append(HeaderError(field: field, message: "is given twice"))
        } else if let value {
            self[keyPath: path] = value
        } else {
            problems.append(HeaderError(field: field, message: "\(quoted(text)) is malformed"))
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
        for part in value?.utf8.split(separator: UInt8(ascii: ",")) ?? [] {
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
        var names: Set<String> = []
        for part in value?.utf8.split(separator: UInt8(ascii: ",")) ?? [] {
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
