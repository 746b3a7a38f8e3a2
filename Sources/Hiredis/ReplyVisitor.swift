/// Receives the parts of replies as a ``ReplyReader`` meets them, so that no tree of them is made.
///
/// Each part comes with its depth: 0 for a reply itself, 1 for the elements of an array that is the reply, and so on.
/// The visitor must not call the reader.
package protocol ReplyVisitor: AnyObject {
    /// A string, which is valid during the call only.
    func visit(string: RawSpan, kind: ReplyStringKind, depth: Int)
    /// An integer.
    func visit(integer: Int64, depth: Int)
    /// A null, of a string or of an array.
    func visitNull(depth: Int)
    /// An array, whose elements follow. The number is what the server says: no reason to reserve memory for it.
    func visit(arrayOf count: Int, depth: Int)
}

/// What a string in a reply is.
package enum ReplyStringKind: Hashable, Sendable {
    /// A value, of any bytes.
    case value
    /// A status line, such as `OK`.
    case status
    /// An error line, such as `WRONGTYPE Operation against …`.
    case error
}
