import FragmentProtocol
import Testing

@Suite("Parameters of requests")
struct ParameterDeclarationCheckingTests {
    /// A fragment with a parameter of each kind.
    static let declaration = FragmentDeclaration(
        type: "list",
        params: [
            .string("slug", length: 1...8), .integer("limit", default: 10, range: 1...20),
            .number("ratio", default: 1, range: 0...2), .boolean("all", default: false),
            .date("day", range: "2026-01-01"..."2026-12-31", required: false),
            .string("sort", default: "new", choices: ["new", "old"]), .integer("any", required: false),
        ]
    )

    @Test(
        "gives the canonical parameters, defaults filled in",
        arguments: [
            ("slug=a", "all=false&limit=10&ratio=1&slug=a&sort=new"),
            (
                "slug=a&limit=007&ratio=1.50&all=true&day=2026-02-28&sort=old&any=-0",
                "all=true&any=0&day=2026-02-28&limit=7&ratio=1.5&slug=a&sort=old"
            ),
            ("slug=a&ratio=-0.0", "all=false&limit=10&ratio=0&slug=a&sort=new"),
            ("slug=a&ratio=2e0", "all=false&limit=10&ratio=2&slug=a&sort=new"),
            (
                "slug=%F0%9F%8C%B9+x&any=-9223372036854775808",
                "all=false&any=-9223372036854775808&limit=10&ratio=1&slug=%F0%9F%8C%B9%20x&sort=new"
            ),
        ]
    )
    func canonical(_ query: String, _ canonical: String) throws {
        let values = try Self.declaration.values(of: FragmentParameters(query: query))
        #expect(values.canonical.query == canonical)
        // The canonical parameters mean the same and are their own canonical form.
        #expect(try Self.declaration.values(of: values.canonical) == values)
    }

    @Test(
        "refuses what the manifest does not allow",
        arguments: [
            ("", "missing slug"), ("slug=", "outOfRange slug"), ("slug=123456789", "outOfRange slug"),
            ("slug=a&limit=0", "outOfRange limit"), ("slug=a&limit=21", "outOfRange limit"),
            ("slug=a&limit=", "wrongType limit"), ("slug=a&limit=ten", "wrongType limit"),
            ("slug=a&limit=1.0", "wrongType limit"), ("slug=a&limit=%2B1", "wrongType limit"),
            ("slug=a&limit=%201", "wrongType limit"), ("slug=a&limit=-", "wrongType limit"),
            ("slug=a&limit=%D9%A3", "wrongType limit"), ("slug=a&any=9223372036854775808", "outOfRange any"),
            ("slug=a&ratio=2.1", "outOfRange ratio"), ("slug=a&ratio=1e999", "outOfRange ratio"),
            ("slug=a&ratio=nan", "wrongType ratio"), ("slug=a&ratio=inf", "wrongType ratio"),
            ("slug=a&ratio=0x1", "wrongType ratio"), ("slug=a&ratio=.5", "wrongType ratio"),
            ("slug=a&ratio=1.", "wrongType ratio"), ("slug=a&ratio=1e", "wrongType ratio"),
            ("slug=a&all=1", "wrongType all"), ("slug=a&all=True", "wrongType all"),
            ("slug=a&day=2026-02-29", "wrongType day"), ("slug=a&day=2026-2-1", "wrongType day"),
            ("slug=a&day=2026-13-01", "wrongType day"), ("slug=a&day=2026-00-10", "wrongType day"),
            ("slug=a&day=2026-01-00", "wrongType day"), ("slug=a&day=2026-01-01T00", "wrongType day"),
            ("slug=a&day=--", "wrongType day"), ("slug=a&day=2025-12-31", "outOfRange day"),
            ("slug=a&day=2027-01-01", "outOfRange day"), ("slug=a&sort=best", "notAllowed sort"),
            ("slug=a&limt=3", "unknown limt"),
            ("limit=x&sort=y&zz=1&aa=2", "missing slug, wrongType limit, notAllowed sort, unknown aa, unknown zz"),
        ]
    )
    func refuses(_ query: String, _ expected: String) throws {
        let parameters = try FragmentParameters(query: query)
        let error = try #require(throws: ParameterErrors.self) { try Self.declaration.values(of: parameters) }
        let found = error.problems.map { "\($0.code.rawValue) \($0.parameter)" }.joined(separator: ", ")
        #expect(found == expected)
    }

    @Test("knows leap years", arguments: [("2024-02-29", true), ("2000-02-29", true), ("1900-02-29", false)])
    func leapYears(_ day: String, _ isDay: Bool) {
        let declaration = FragmentDeclaration(type: "x", params: [.date("d")])
        let parameters: FragmentParameters = ["d": day]
        #expect(((try? declaration.values(of: parameters)) != nil) == isDay, "a refusal is what is asked for here")
    }

    @Test("speaks clearly")
    func messages() throws {
        func message(_ query: String) throws -> String {
            let parameters = try FragmentParameters(query: query)
            return try #require(throws: ParameterErrors.self) { try Self.declaration.values(of: parameters) }
                .description
        }
        #expect(try message("limit=0&slug=a") == #""list": the parameter "limit" must be at least 1, not 0"#)
        #expect(try message("") == #""list": the parameter "slug" is missing"#)
        #expect(try message("slug=a&all=yes") == #""list": the parameter "all" must be true or false, not "yes""#)
        #expect(
            try message("slug=a&x=1")
                == #""list": the parameter "x" is unknown; known are slug, limit, ratio, all, day, sort, any"#
        )
        #expect(
            try message("slug=a&sort=%0A") == #""list": the parameter "sort" must be one of new, old, not "\u{a}""#
        )
    }

    @Test("says that a fragment is not known")
    func unknownFragment() throws {
        let manifest = ServiceManifest(service: "blog", version: "1", fragments: [Self.declaration])
        let error = try #require(throws: ParameterErrors.self) { try manifest.values(of: .none, for: "lst") }
        #expect(error.problems.map(\.code) == [.unknownFragment])
        #expect(try manifest.values(of: ["slug": "a"], for: "list").string("slug") == "a")
    }

    @Test("gives typed values")
    func typed() throws {
        let values = try Self.declaration.values(of: ["slug": "a", "limit": "5"])
        #expect(try values.string("slug") == "a")
        #expect(try values.integer("limit") == 5)
        #expect(try values.number("ratio") == 1)
        #expect(try values.boolean("all") == false)
        #expect(values["any"] == nil)
        #expect(values["limit"] == 5)
        #expect(throws: ParameterErrors.self) { try values.integer("slug") }
        #expect(throws: ParameterErrors.self) { try values.integer("any") }
        #expect(throws: ParameterErrors.self) { try values.string("nothing") }
    }

    @Test("never fails but with its error", arguments: 0..<500 as Range<UInt64>)
    func fuzz(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var pairs = [(name: "slug", value: "a")]
        for name in ["limit", "ratio", "all", "day", "sort", "any"] where random.chance(of: 2) {
            let value = random.text(of: ["-", "0", "1", "9", ".", "e", "true", "2026-11-03", "new", " "], upTo: 3)
            pairs.append((name, value))
        }
        do throws(ParameterErrors) {
            let values = try Self.declaration.values(of: FragmentParameters(pairs))
            #expect(try Self.declaration.values(of: values.canonical) == values)
        } catch {
            #expect(!error.problems.isEmpty)
        }
    }
}
