import FragmentProtocol
import NIOCore
import Testing

@testable import Gateway

struct PageMachineTests {
    /// What a page has written each time that it is blocked, and at its end.
    private func stages(_ program: PageProgram, _ host: FakePageHost) -> [String] {
        var host = host
        var machine = PageMachine(program)
        var output = ByteBuffer()
        var stages: [String] = []
        while true {
            let step = machine.run(into: &output, host: &host)
            stages.append(String(buffer: output))
            guard case .blocked(let ticket) = step else { return stages }
            host.complete(ticket)
        }
    }

    @Test func goesOnWhereItWasBlocked() throws {
        let program = try templateProgram(
            """
            a{{ page.title }}b{% fragment "x/one" %}c{% data d = "x/data" with q=query.q %}d\
            {% if query.q %}e{% for i in d %}{{ i }}{% endfor %}{% endif %}{% set s = d|length %}{{ s }}{% csrf %}.
            """
        )
        let host = FakePageHost(
            fragments: ["x/one": "[1]"],
            data: ["x/data?q=z": [7, 8]],
            roots: [.page: ["title": "T"], .query: ["q": "z"], .session: ["csrf": "k"]],
            pending: ["page": 2, "x/one": 1, "x/data?q=z": 3, "query": 1, "session": 1]
        )
        #expect(
            stages(program, host) == [
                "a", "a", "aTb", "aTb[1]c", "aTb[1]cde", "aTb[1]cde", "aTb[1]cde",
                "aTb[1]cde782<input type=\"hidden\" name=\"csrf\" value=\"",
                "aTb[1]cde782<input type=\"hidden\" name=\"csrf\" value=\"k\">.",
            ]
        )
    }

    @Test func dataBlocksOnlyWhereItIsNeeded() throws {
        let program = try templateProgram("{% data d = \"x/d\" %}head{% fragment \"x/f\" %}{{ d.name }}")
        let host = FakePageHost(fragments: ["x/f": "F"], data: ["x/d": ["name": "N"]], pending: ["x/d": 1])
        #expect(stages(program, host) == ["headF", "headFN"])
    }

    @Test func dataThatFailsAfterAllIsNone() throws {
        let program = try templateProgram(
            "{% data d = \"x/d\" %}{{ d.name|default(\"-\") }}{% for i in d %}{% else %}none{% endfor %}"
        )
        #expect(stages(program, FakePageHost(pending: ["x/d": 1])) == ["", "-none"])
    }

    @Test func aFragmentThatFailsLaterShowsWhatStandsForIt() throws {
        let program = try templateProgram("({% fragment \"x/f\" or %}alt{% fragment \"x/g\" %}{% endfragment %})")
        let host = FakePageHost(fragments: ["x/g": "G"], pending: ["x/f": 1, "x/g": 1])
        #expect(stages(program, host) == ["(", "(alt", "(altG)"])
    }

    @Test func membersMayBeAnsweredOneByOne() throws {
        let program = try templateProgram("{{ csp.nonce }}{{ user.name }}")
        let roots: [RootName: Value] = [.csp: ["nonce": "n"], .user: ["name": "u"]]
        #expect(runPage(program, FakePageHost(roots: roots, answersMembers: true)).output == "nu")
        #expect(runPage(program, FakePageHost(roots: roots)).output == "nu")
    }

    // MARK: The plan

    private func plan(_ text: String, _ host: FakePageHost) throws -> [String] {
        var host = host
        var machine = PageMachine(try templateProgram(text))
        machine.plan(host: &host)
        // Planning leaves the machine where it is: the page is complete afterwards.
        let planned = host.announced
        var output = ByteBuffer()
        while case .blocked(let ticket) = machine.run(into: &output, host: &host) { host.complete(ticket) }
        #expect(String(buffer: output) == runPage(try templateProgram(text), host).output)
        return planned
    }

    @Test(arguments: [
        ("{% fragment \"a/b\" %}{% fragment \"a/c\" with x=1 %}{% data d = \"a/d\" %}", ["a/b", "a/c?x=1", "a/d"]),
        // conditions
        ("{% if query.yes %}{% fragment \"a/b\" %}{% else %}{% fragment \"a/c\" %}{% endif %}", ["a/b"]),
        ("{% if query.no %}{% fragment \"a/b\" %}{% else %}{% fragment \"a/c\" %}{% endif %}", ["a/c"]),
        (
            "{% if user %}{% fragment \"a/b\" %}{% else %}{% fragment \"a/c\" %}{% endif %}{% fragment \"a/d\" %}",
            ["a/d"]
        ),
        ("{% if query.no %}1{% elif user %}{% fragment \"a/b\" %}{% endif %}{% fragment \"a/d\" %}", ["a/d"]),
        ("{{ user.name }}{% csrf %}{% fragment \"a/b\" %}", ["a/b"]),
        ("{% if query.no and user %}{% else %}{% fragment \"a/b\" %}{% endif %}", ["a/b"]),
        // arguments
        ("{% fragment \"a/b\" with x=query.yes %}{% fragment \"a/c\" with x=user.id %}", ["a/b?x=1"]),
        // loops
        ("{% for x in query.list %}{% fragment \"a/b\" with x=x %}{% endfor %}", ["a/b?x=p", "a/b?x=q"]),
        ("{% for x in user.list %}{% fragment \"a/b\" with x=x %}{% endfor %}{% fragment \"a/c\" %}", ["a/c"]),
        ("{% for x in query.none %}{% else %}{% fragment \"a/c\" %}{% endfor %}", ["a/c"]),
        // `or` bodies
        ("{% fragment \"a/b\" or %}{% fragment \"a/c\" %}{% endfragment %}{% fragment \"a/d\" %}", ["a/b", "a/d"]),
        // names
        ("{% set x = 1 + query.yes %}{% fragment \"a/b\" with x=x %}", ["a/b?x=2"]),
        ("{% set x = user.id %}{% fragment \"a/b\" with x=x %}{% fragment \"a/c\" %}", ["a/c"]),
        (
            "{% set x = 1 %}{% if user %}{% set x = 2 %}{% endif %}{% fragment \"a/b\" with x=x %}{% fragment \"a/c\" %}",
            ["a/c"]
        ),
        ("{% set x = 1 %}{% for u in user.l %}{% set x = 2 %}{% endfor %}{% fragment \"a/b\" with x=x %}", []),
        // data that depends on data
        (
            "{% data d = \"slow/d\" %}{% data e = \"a/e\" with id=d.id %}{% fragment \"a/b\" with t=e.t %}{% fragment \"a/c\" %}",
            ["slow/d", "slow/d", "a/c"]
        ),
        (
            "{% data d = \"a/d\" %}{% data e = \"a/e\" with id=d.id %}{% fragment \"a/b\" with t=e.t %}",
            ["a/d", "a/e?id=5", "a/b?t=T"]
        ),
    ])
    func plansWhatIsKnown(text: String, expected: [String]) throws {
        let host = FakePageHost(
            fragments: ["a/b": "b", "a/c": "c", "a/d": "d"],
            data: ["slow/d": ["id": 5], "a/d": ["id": 5], "a/e?id=5": ["t": "T"]],
            roots: [.query: ["yes": 1, "list": ["p", "q"]], .user: ["id": 1, "list": ["r"]]],
            pending: ["user": 9, "slow/d": 9]
        )
        #expect(try plan(text, host) == expected)
    }

    @Test func plansFromWhereThePageHasGotTo() throws {
        let program = try templateProgram(
            "{% fragment \"a/one\" %}{% data d = \"a/data\" %}{{ d.x }}{% fragment \"a/two\" with x=d.x %}{% fragment \"a/three\" %}"
        )
        var host = FakePageHost(
            fragments: ["a/one": "1", "a/two": "2", "a/three": "3"],
            data: ["a/data": ["x": 5]],
            pending: ["a/data": 3]
        )
        var machine = PageMachine(program)
        var output = ByteBuffer()
        guard case .blocked(let ticket) = machine.run(into: &output, host: &host) else { throw MissingProgram() }
        host.complete(ticket)
        var again = host
        machine.plan(host: &again)
        #expect(again.announced.suffix(from: host.announced.count) == ["a/data", "a/three"])
        host.complete(ticket)
        host.complete(ticket)
        again = host
        machine.plan(host: &again)
        #expect(again.announced.suffix(from: host.announced.count) == ["a/data", "a/two?x=5", "a/three"])
    }
}
