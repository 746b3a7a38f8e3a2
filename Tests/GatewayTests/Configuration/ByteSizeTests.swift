import Testing

@testable import Gateway

@Suite struct ByteSizeTests {
    @Test(arguments: [
        ("0", 0), ("0B", 0), ("1B", 1), ("64KB", 65_536), ("1MB", 1_048_576), ("2GB", 2_147_483_648), ("007KB", 7168),
    ])
    func reads(text: String, bytes: Int) {
        #expect(ByteSize(text)?.bytes == bytes)
    }

    @Test(arguments: [
        "", "1", "KB", "-1KB", "+1KB", "1.5MB", "1 MB", "1mb", "1TB", "1KiB", "9223372036854775807KB",
        "99999999999999999999B", "١KB",
    ])
    func refuses(text: String) {
        #expect(ByteSize(text) == nil)
    }

    @Test(arguments: [0, 1, 1023, 1024, 1025, 65_536, 1 << 20, 3 << 30, (1 << 20) + 1024, Int.max])
    func readsWhatItPrints(bytes: Int) {
        #expect(ByteSize(ByteSize(bytes: bytes).description)?.bytes == bytes)
    }
}
