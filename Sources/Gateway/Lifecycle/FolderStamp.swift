internal import FoundationEssentials

/// The state of a folder's files: two equal stamps mean that nothing was written, added, removed or renamed.
package struct FolderStamp: Sendable, Equatable {
    /// The state of one file.
    struct Entry: Sendable, Equatable {
        let path: String
        let size: UInt
        /// A file that an editor puts in the place of another has a number of its own.
        let number: UInt64
        let modified: Date
    }

    let entries: [Entry]
}
