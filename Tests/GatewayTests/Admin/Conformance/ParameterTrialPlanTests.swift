import FragmentProtocol
import Testing

@testable import Gateway

@Suite("The trials of a fragment's parameters")
struct ParameterTrialPlanTests {
    /// The trials of one parameter, with no other parameters: `value:expectation`.
    private static func trials(of parameter: ParameterDeclaration) -> [String] {
        let declaration = FragmentDeclaration(type: "a", params: [parameter])
        return ParameterTrialPlan.trials(of: declaration, base: .none).map { trial in
            "\(trial.parameters[parameter.name] ?? "-"):\(trial.expectation)"
        }
    }

    @Test(
        "Each type is tried at its limits, beyond them and with what is none of it; then without, and with more",
        arguments: [
            (
                ParameterDeclaration.integer("n", default: 3, range: 1...20),
                [
                    "1:allowed", "0:refused", "20:allowed", "21:refused", "gateway-check:refused", "1.5:refused",
                    "99999999999999999999:refused", "-:refused",
                ]
            ),
            (
                .integer("n", range: .min ... .max),
                [
                    "\(Int.min):allowed", "\(Int.max):allowed", "gateway-check:refused", "1.5:refused",
                    "99999999999999999999:refused", "-:refused", "-:refused",
                ]
            ),
            (
                .number("n", default: 0.5, range: 0...1),
                ["0:allowed", "-1:refused", "1:allowed", "2:refused", "gateway-check:refused", "-:refused"]
            ),
            (.boolean("n", default: true), ["true:allowed", "false:allowed", "gateway-check:refused", "-:refused"]),
            (
                .date("n", default: "2026-01-01", range: "2026-01-01"..."9999-12-31"),
                [
                    "2026-01-01:allowed", "2025-01-01:refused", "9999-12-31:allowed", "gateway-check:refused",
                    "2026-02-30:refused", "-:refused",
                ]
            ),
            (
                .string("n", length: 2...4),
                ["xx:arbitrary", "x:refused", "xxxx:arbitrary", "xxxxx:refused", "-:refused", "-:refused"]
            ),
            (.string("n", default: ""), [#""'><gateway-check>:arbitrary"#, "-:refused"]),
            (
                .string("n", default: "a", choices: ["a", "b"]),
                ["a:allowed", "b:allowed", "gateway-check:refused", "-:refused"]
            ),
        ]
    )
    func types(_ parameter: ParameterDeclaration, _ expected: [String]) {
        #expect(Self.trials(of: parameter) == expected)
    }

    @Test("What the manifest allows and refuses is what FragmentProtocol takes and refuses")
    func agreement() throws {
        let declaration = FragmentDeclaration(
            type: "a",
            params: [
                .integer("i", default: 1, range: -5...5), .number("f", default: 0, range: -0.5...0.5),
                .boolean("b", default: false), .date("d", default: "2024-02-29", range: "2024-02-29"..."2025-01-01"),
                .string("s", length: 1...30), .string("e", default: "x", choices: ["x", "y"]),
            ]
        )
        let trials = ParameterTrialPlan.trials(of: declaration, base: ["s": "a"])
        #expect(trials.count == 31)
        for trial in trials {
            let isTaken = (try? declaration.values(of: trial.parameters)) != nil
            #expect(isTaken == (trial.expectation != .refused), "\(trial.what)")
        }
    }
}
