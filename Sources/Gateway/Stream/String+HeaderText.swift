extension String {
    /// Whether the text can stand in a header value as it is.
    var isHeaderText: Bool { self.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f } }
}
