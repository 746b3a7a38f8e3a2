import Testing

@testable import Gateway

struct LoadBudgetTests {
    @Test(arguments: [1, 5, 20, 50, 100]) func allowsItsShareAndNoMore(percent: Int) {
        var budget = LoadBudget(percent: percent, isFull: false)
        var spent = 0
        for _ in 0..<10_000 {
            budget.earn()
            if budget.spend() { spent += 1 }
        }
        #expect(spent == 100 * percent)
    }

    @Test func savesForABurstOfTen() {
        var budget = LoadBudget(percent: 5, isFull: false)
        #expect(!budget.allows)
        for _ in 0..<100_000 { budget.earn() }
        #expect(spends(&budget, asked: 20) == 10)
    }

    @Test func aFullOneAllowsTheBurstAtOnce() {
        var budget = LoadBudget(percent: 20, burst: 3, isFull: true)
        #expect(spends(&budget, asked: 5) == 3)
        for _ in 0..<4 {
            budget.earn()
            #expect(!budget.allows)
        }
        budget.earn()
        #expect(spends(&budget, asked: 5) == 1)
    }

    @Test(arguments: [true, false]) func nothingIsNothing(isFull: Bool) {
        var budget = LoadBudget(percent: 0, isFull: isFull)
        for _ in 0..<1000 { budget.earn() }
        #expect(!budget.allows)
        #expect(spends(&budget, asked: 5) == 0)
    }

    /// How many of the further requests that are asked for may be made.
    private func spends(_ budget: inout LoadBudget, asked: Int) -> Int {
        var count = 0
        for _ in 0..<asked where budget.spend() { count += 1 }
        return count
    }
}
