import Testing

@testable import Gateway

@Suite struct ByteTableTests {
    private static func value(_ table: ByteTable, _ name: String) -> Int? {
        let bytes = Array("xx\(name)yy".utf8)
        return table.value(of: ByteRange(offset: 2, length: bytes.count - 4), in: bytes.span)
    }

    @Test func findsWhatItHoldsAndNothingElse() {
        for count in [0, 1, 2, 3, 4, 5, 100, 1000] {
            let table = ByteTable((0..<count).map { (name: "name-\($0)", value: $0) })
            for index in 0..<count { #expect(Self.value(table, "name-\(index)") == index) }
            for name in ["", "name", "name-", "name-\(count)", "Name-0", "name-0 "] {
                #expect(Self.value(table, name) == nil)
            }
        }
    }

    @Test func theFirstOfEqualNamesCountsAndBytesAreCompared() {
        let table = ByteTable([("a", 1), ("a", 2), ("", 3), ("\u{e9}", 4), ("e\u{301}", 5)])
        #expect(Self.value(table, "a") == 1)
        #expect(Self.value(table, "") == 3)
        #expect(Self.value(table, "\u{e9}") == 4)
        #expect(Self.value(table, "e\u{301}") == 5)
    }
}
