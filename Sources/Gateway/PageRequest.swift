import NIOCore

/// One request for a page, on its way through the gateway.
///
/// The way is the same for every request, and each step takes what the one before made:
///
/// 1. **listen** reads a ``RequestHead`` out of the connection's bytes (`Listen/`);
/// 2. **route** finds the page, the service or the refusal for its host and path: a ``RouteDecision`` (`Route/`);
/// 3. **session** opens the cookie where the page or one of its fragments asks who is looking (`Session/`);
/// 4. **template** is the page's compiled program, whose machine runs through text and uses (`Template/`);
/// 5. **fragments** come from memory, Redis or their services (`Fragment/`);
/// 6. **stream** sends what is complete: the whole page at once when everything was in memory, or its parts in
///    document order as they come (`Stream/`).
///
/// ``PagePipeline`` runs the steps. Log messages, metrics and spans bear these names.
struct PageRequest {
    let head: RequestHead
    /// What was received, from the head's first byte on.
    let bytes: ByteBuffer
    let page: SitePage
    let captures: Captures
    let now: Instant
    /// The language that was negotiated from `site.languages`.
    let language: String
    /// Who is looking, when the browser holds a session of this host and the page asks.
    var session: Session?
    /// What was wrong with a form, and what stood in it, when the page is shown again because of it.
    var form: RejectedForm?
    /// What few pages show beside their fragments; nil for most.
    var extras: PageExtras?
    /// What the page's own status is, unless its primary fragment says otherwise.
    var status = 200

    /// A form that a service did not accept.
    struct RejectedForm {
        let errors: Value
        let values: Value
    }

    /// What was found out before the page began.
    ///
    /// A class, so that a request that has none is not made larger by it.
    final class PageExtras {
        /// The message of what has just been done.
        let flash: String?
        /// The devices that the person is signed in on.
        let devices: Value?

        init(flash: String?, devices: Value?) {
            self.flash = flash
            self.devices = devices
        }
    }

    /// Whether the client holds the page of a tag.
    func holds(_ tag: PageTag) -> Bool { tag.isNamed(by: self.head.ifNoneMatch, in: self.bytes.readableBytesUInt8Span) }

    func text(_ range: ByteRange) -> String { self.bytes.readableBytesUInt8Span.string(at: range) }

    /// The identifier of this request, for logs and error pages.
    var id: String {
        String(UInt64(bitPattern: self.now.milliseconds), radix: 36) + "-"
            + String(UInt64.random(in: 0...0xffff_ffff), radix: 36)
    }
}
