import Testing

@testable import Gateway

struct LatencyQuantileTests {
    @Test func saysNothingOfAFew() {
        var quantile = LatencyQuantile(percent: 95)
        for _ in 0..<(LatencyQuantile.fewest - 1) { quantile.add(.milliseconds(5)) }
        #expect(quantile.value == nil)
        quantile.add(.milliseconds(5))
        #expect(quantile.value != nil)
    }

    @Test(arguments: [50, 90, 95, 99]) func isCloseToTheTrueOne(percent: Int) throws {
        var generator = RepeatableGenerator(seed: UInt64(percent))
        var quantile = LatencyQuantile(percent: percent)
        var times: [Int] = []
        for _ in 0..<1000 {
            // From 0.1 ms to 1 s, most of them short.
            let part = Double.random(in: 0...1, using: &generator)
            let time = 100 + Int(part * part * part * 1_000_000)
            times.append(time)
            quantile.add(.microseconds(time))
        }
        // As of the last look through the buckets.
        times.removeLast((1000 - LatencyQuantile.fewest) % 16)
        times.sort()
        let exact = Duration.microseconds(times[(times.count * percent + 99) / 100 - 1])
        let estimate = try #require(quantile.value)
        #expect(estimate > exact)
        #expect(estimate <= exact * 1.13 + .microseconds(1))
    }

    @Test func followsAServiceThatChanges() throws {
        var quantile = LatencyQuantile(percent: 95)
        for _ in 0..<20_000 { quantile.add(.milliseconds(2)) }
        #expect(try #require(quantile.value) < .milliseconds(3))
        for _ in 0..<3000 { quantile.add(.milliseconds(200)) }
        #expect(try #require(quantile.value) > .milliseconds(199))
        for _ in 0..<10_000 { quantile.add(.milliseconds(2)) }
        #expect(try #require(quantile.value) < .milliseconds(3))
    }

    @Test func aSlowTailBeyondItDoesNotMoveIt() throws {
        var quantile = LatencyQuantile(percent: 95)
        for index in 0..<5000 { quantile.add(index.isMultiple(of: 50) ? .seconds(3) : .milliseconds(20)) }
        #expect(try #require(quantile.value) < .milliseconds(24))
    }

    @Test(
        arguments: [
            .seconds(-5), .zero, .nanoseconds(1), .microseconds(1), .microseconds(7), .microseconds(8),
            .microseconds(1023), .microseconds(1024), .milliseconds(1), .milliseconds(500), .seconds(1), .seconds(3600),
            .seconds(Int64.max / 4),
        ] as [Duration]
    )
    func eachTimeHasItsBucket(time: Duration) {
        let bucket = LatencyQuantile.bucket(time)
        #expect((0..<256).contains(bucket))
        #expect(time < LatencyQuantile.end(of: bucket) || bucket == 255)
        #expect(bucket == 0 || time >= LatencyQuantile.end(of: bucket - 1))
    }
}
