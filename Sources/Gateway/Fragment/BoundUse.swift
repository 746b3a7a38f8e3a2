import Curl
import FragmentProtocol
import NIOCore

/// A use of a page with what gateway.yaml rules for it: bound once, when the site is built.
///
/// A class, so that looking at one copies nothing.
final class BoundUse: Sendable {
    let use: FragmentUse
    let settings: FragmentSettings
    let freshness: FreshnessRule
    /// To the last byte.
    let timeout: Duration
    /// Whether it is asked for with the identity of who is looking, where there is one.
    let isPersonal: Bool
    let variesByLanguage: Bool
    /// Whether the template has something to show when there is no answer.
    let hasFallback: Bool
    /// The canonical reference and its key, when they are the same for every request and everybody.
    let constant: FragmentIdentifier?
    /// The key of that, apart: to look at it counts no reference.
    let constantKey: CacheKey?
    /// The reference with its canonical text, when the parameters are the same for every request.
    private let constantReference: (reference: FragmentReference, canonical: String)?
    /// Where its service answers it, when that is the same for every request.
    let constantPath: String?
    /// What a request for it says that is about no person and no copy, in each language of the site.
    private let requestHeaders: [(language: String, headers: TransferHeaders)]
    /// `, blog.nav;desc=`, as the page's `Server-Timing` goes on with an entry for it.
    let timingName: ByteBuffer
    /// The whole entry where it comes from memory.
    let memoryTiming: ByteBuffer

    init(
        _ use: FragmentUse,
        settings: FragmentSettings,
        hasFallback: Bool,
        languages: [String],
        hasher: CacheKeyHasher
    ) {
        self.use = use
        self.settings = settings
        self.freshness = FreshnessRule(
            ttl: use.ttl ?? settings.ttl,
            staleWhileRevalidate: settings.staleWhileRevalidate,
            staleIfError: settings.staleIfError,
            negativeTTL: settings.negativeTTL,
            honourOrigin: settings.honourOrigin && use.ttl == nil
        )
        self.timeout = use.timeout ?? settings.timeout
        self.isPersonal = settings.vary.contains(.user)
        self.variesByLanguage = settings.vary.contains(.language)
        self.hasFallback = hasFallback
        let timingName = ", \(use.name.service).\(use.name.type);desc="
        self.timingName = ByteBuffer(string: timingName)
        self.memoryTiming = ByteBuffer(string: timingName + FragmentStep.memory.rawValue)
        self.constantPath = use.constantParameters.map { FragmentReference(name: use.name, parameters: $0).path }
        self.requestHeaders = languages.map { language in
            (language, TransferHeaders(Self.requestFields(for: use, language: language)))
        }
        if let parameters = use.constantParameters {
            let reference = FragmentReference(name: use.name, parameters: parameters)
            self.constantReference = (reference, reference.canonical)
            self.constant =
                self.isPersonal || self.variesByLanguage
                ? nil : FragmentIdentifier(reference: reference, canonical: reference.canonical, hasher: hasher)
        } else {
            self.constantReference = nil
            self.constant = nil
        }
        self.constantKey = self.constant?.key
    }

    /// The fields of one request for it, but for `Fragment-Deadline`, which is told when the request is sent.
    ///
    /// - Parameters:
    ///   - language: the language that is wanted.
    ///   - further: the fields about a person or a copy.
    /// - Returns: all fields.
    func headers(language: String, further: [(name: String, value: String)]) -> TransferHeaders {
        let prepared = self.requestHeaders.first { $0.language == language }?.headers
        if further.isEmpty, let prepared { return prepared }
        let fields = prepared?.fields ?? Self.requestFields(for: self.use, language: language)
        return TransferHeaders(fields + further)
    }

    private static func requestFields(for use: FragmentUse, language: String) -> [(name: String, value: String)] {
        [
            (HeaderName.fragmentProtocol, "1"),
            (HeaderName.accept, use.kind == .data ? "application/json" : "text/html"),
            (HeaderName.acceptLanguage, language),
            // Without it, any coding would do (RFC 9110, section 12.5.3).
            ("Accept-Encoding", "identity"),
        ]
    }

    /// The identifier for one request, whose parameters are nil where the use's own are constant, and whose subject is
    /// nil when it has no session.
    func identifier(
        _ parameters: FragmentParameters?,
        subject: String?,
        language: String,
        hasher: CacheKeyHasher
    ) -> FragmentIdentifier {
        if let constant { return constant }
        let reference: FragmentReference
        let canonical: String
        if parameters == nil, let constantReference {
            (reference, canonical) = constantReference
        } else {
            reference = FragmentReference(name: self.use.name, parameters: parameters ?? .none)
            canonical = reference.canonical
        }
        return FragmentIdentifier(
            reference: reference,
            canonical: canonical,
            language: self.variesByLanguage ? language : nil,
            subject: self.isPersonal ? subject ?? "" : nil,
            hasher: hasher
        )
    }
}

/// Which copy of a fragment is meant: its reference, and what the copy varies by.
///
/// A class, so that the one of a use with constant parameters is handed around and never copied.
final class FragmentIdentifier: Sendable {
    let reference: FragmentReference
    /// The reference and the dimensions as text: what Redis knows the copy by.
    let text: String
    let key: CacheKey
    /// Whether the copy belongs to one person.
    let isOwned: Bool

    init(
        reference: FragmentReference,
        canonical: String,
        language: String? = nil,
        subject: String? = nil,
        hasher: CacheKeyHasher
    ) {
        self.reference = reference
        var text = canonical
        // Neither stands in a canonical reference, whose query is percent-encoded.
        if let language { text += "|language=\(language)" }
        if let subject { text += "|user=\(subject)" }
        self.text = text
        self.key = hasher.hash(text)
        self.isOwned = !(subject ?? "").isEmpty
    }
}
