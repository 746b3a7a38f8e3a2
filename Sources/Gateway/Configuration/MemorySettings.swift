/// How much memory the caches of this process may take (`memory:`).
package struct MemorySettings: Sendable, Equatable {
    /// Bytes for fragments and data, over all event loops together (`fragments:`); 0 when it is `off`.
    package let fragments: Int
    /// Sessions whose cookies each event loop remembers to have opened (`sessions:`).
    package let sessions: Int

    package init(fragments: Int = 256 << 20, sessions: Int = 4096) {
        self.fragments = fragments
        self.sessions = sessions
    }
}
