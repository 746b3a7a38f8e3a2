/// How much memory the caches of this process may take (`memory:`).
package struct MemorySettings: Sendable, Equatable {
    /// Bytes for fragments and data, over all event loops together (`fragments:`).
    package let fragments: Int

    package init(fragments: Int = 256 << 20) {
        self.fragments = fragments
    }
}
