import Testing

@testable import Gateway

@Suite struct ReachPolicyTests {
    private func subjects(_ hosts: [(String, [UInt8]?)]) -> [String] {
        ReachPolicy.findings(hosts.map { ReachPolicy.Host(name: $0.0, address: $0.1) }).map(\.subject)
    }

    @Test func hostsMustLieTogether() {
        #expect(self.subjects([]).isEmpty)
        #expect(self.subjects([("a", [192, 0, 2, 1]), ("b", [192, 0, 9, 7])]).isEmpty)
        #expect(self.subjects([("a", [192, 0, 2, 1]), ("b", [198, 51, 100, 1])]) == ["b"])
        #expect(self.subjects([("a", nil), ("b", [192, 0, 2, 1]), ("c", [192, 0, 2, 1])]) == ["a"])
        let six: [UInt8] = [0x20, 1, 0xd, 0xb8] + [UInt8](repeating: 0, count: 12)
        #expect(self.subjects([("a", six), ("b", [192, 0, 2, 1])]) == ["b"])
        var near = six
        near[15] = 9
        #expect(self.subjects([("a", six), ("b", near)]).isEmpty)
        near[7] = 1
        #expect(self.subjects([("a", six), ("b", near)]) == ["b"])
    }

    @Test(
        arguments: [(0, nil), (30, nil), (-30, nil), (31, "31 s ahead of"), (-3600, "3600 s behind")]
            as [(Int, String?)]
    )
    func clocksMustAgree(seconds: Int, expected: String?) {
        let now = Instant(milliseconds: 1_700_000_000_000)
        let finding = ReachPolicy.clock(provider: now + .seconds(seconds), now: now)
        if let expected {
            #expect(finding?.message.contains(expected) ?? false)
        } else {
            #expect(finding == nil)
        }
    }
}
