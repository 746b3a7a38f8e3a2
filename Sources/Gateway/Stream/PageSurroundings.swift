import Logging
import NIOCore

/// What a composition needs of the pipeline that it runs in.
struct PageSurroundings {
    let site: Site
    let resolver: FragmentResolver
    /// Answers with another page in this one's place; called at most once, before anything was sent.
    let fail: (FragmentFailure) -> Void
    /// The line `Date` of this moment.
    let dateLine: () -> ByteBuffer
    let cookie: String?
    let compressor: PageCompressor
    let tagger: PageTagger
    let codings: PageCompressor.Choice
    let logger: Logger
    /// Calls a composition's ``PageComposition/holdIsOver()`` in a moment; false when its first bytes wait for nothing.
    let hold: (PageComposition) -> Bool
}
