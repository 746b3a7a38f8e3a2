import Testing

@testable import FragmentProtocol

@Suite("FragmentTitle")
struct FragmentTitleTests {
    @Test(
        "encodes what a field cannot hold",
        arguments: [
            ("", ""), ("Roses & ash", "Roses & ash"), ("Café", "Caf%C3%A9"), ("50% off", "50%25 off"),
            (" a ", "%20a%20"), ("  ", "%20%20"), ("a\r\nSet-Cookie: x", "a%0D%0ASet-Cookie: x"), ("🌹", "%F0%9F%8C%B9"),
        ]
    )
    func encodes(_ title: String, _ value: String) {
        #expect(FragmentTitle.encode(title) == value)
        #expect(FragmentTitle.decode(value) == title)
    }

    @Test("takes a percent sign that encodes nothing as it is", arguments: ["100% wool", "%", "5%", "%4", "%zz", "é"])
    func literal(_ value: String) {
        #expect(FragmentTitle.decode(value) == value)
    }

    @Test("refuses bytes that are not UTF-8", arguments: ["%ff", "%c3", "a%80b"])
    func refuses(_ value: String) {
        #expect(FragmentTitle.decode(value) == nil)
    }

    @Test("decodes what it encodes, in printable ASCII", arguments: 0..<300 as Range<UInt64>)
    func roundTrip(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let title = random.anyText(upTo: 12)
        let value = FragmentTitle.encode(title)
        #expect(value.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F })
        #expect(value.utf8.first != 0x20 && value.utf8.last != 0x20)
        #expect(FragmentTitle.decode(value)?.utf8.elementsEqual(title.utf8) == true)
    }
}
