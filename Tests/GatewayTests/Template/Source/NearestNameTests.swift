import Testing

@testable import Gateway

struct NearestNameTests {
    @Test(arguments: [
        ("uper", "upper"), ("Upper", "upper"), ("lwoer", "lower"), ("lenght", "length"), ("x", nil),
        ("completely", nil),
        ("truncat", "truncate"), ("", nil), ("upper", nil), (String(repeating: "a", count: 100), nil),
    ])
    func findsWhatWasMeant(name: String, expected: String?) {
        #expect(NearestName.nearest(to: name, among: ["upper", "lower", "length", "truncate"]) == expected)
    }
}
