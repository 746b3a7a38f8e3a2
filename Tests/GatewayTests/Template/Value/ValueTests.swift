import Testing

@testable import Gateway

struct ValueTests {
    @Test(
        arguments: [
            (.none, false), (false, false), (true, true), (0, false), (1, true), (0.0, false), (0.5, true), ("", false),
            ("0", true),
            (.markup(""), false), ([], false), ([.none], true), ([:], false), (["a": .none], true),
        ] as [(Value, Bool)]
    )
    func truth(value: Value, expected: Bool) {
        #expect(value.truth == expected)
    }

    @Test(
        arguments: [
            (.none, ""), (true, "true"), (12, "12"), (2.0, "2"), (-0.5, "-0.5"), (1e300, "1e+300"), ("a<b", "a<b"),
            ([1, "a"], "[1,\"a\"]"),
            (["k": [true]], "{\"k\":[true]}"), (.pending(PendingTicket(rawValue: 1)), ""),
        ] as [(Value, String)]
    )
    func text(value: Value, expected: String) {
        #expect(value.text == expected)
    }

    @Test func pendingIsNeitherTrueNorFalse() {
        let pending = Value.pending(PendingTicket(rawValue: 4))
        #expect(pending.truth == nil)
        #expect(pending.member("a") == pending)
    }

    @Test func objectsAreEqualInAnyOrder() {
        #expect(["a": 1, "b": 2] as Value == ["b": 2.0, "a": 1])
        #expect(["a": 1] as Value != ["a": 1, "b": 2])
        #expect(["a": 1, "b": 2] as Value != ["a": 1, "c": 2])
        #expect("x" as Value == .markup("x"))
        #expect(0 as Value != false)
    }

    @Test func linesEndInAnyWay() {
        let text = "a\r\n<p>{{ x|uper }}</p>\r\n"
        #expect(
            templateComplaints(["a.html": text])
                == """
                a.html:2:9: error: there is no filter "uper"; did you mean "upper"?
                    <p>{{ x|uper }}</p>
                            ^
                """
        )
    }
}
