/// The names under which cached copies are purged.
public enum CacheTag {
    /// The greatest length of a tag, in bytes.
    public static let maximumLength = 256

    /// Whether a text is a tag: visible ASCII without commas, not empty and at most ``maximumLength`` long.
    public static func isValid(_ tag: some StringProtocol) -> Bool {
        !tag.isEmpty && tag.utf8.count <= maximumLength
            && tag.utf8.allSatisfy { $0.isVisible && $0 != UInt8(ascii: ",") }
    }
}
