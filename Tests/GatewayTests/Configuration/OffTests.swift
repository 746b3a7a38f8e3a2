import Testing

@testable import Gateway

/// What can be switched off, and in which words.
@Suite struct OffTests {
    @Test(arguments: ["off", "\"off\"", "false", "no", "\"${SWITCH}\"", "\"${OTHER:-off}\""])
    func isOffHoweverItIsWritten(word: String) throws {
        let configuration = try ConfigurationSamples.load(
            """
            listen: { admin: \(word) }
            redis: \(word)
            memory: { fragments: \(word) }
            compression: \(word)
            manifests: \(word)
            services: { blog: { upstream: "http://h", cache: \(word) } }
            """,
            environment: ["SWITCH": "off"]
        )
        #expect(configuration.listen.admin == nil)
        #expect(configuration.redis == nil)
        #expect(configuration.memory.fragments == 0)
        #expect(configuration.compression == .off)
        #expect(configuration.manifests == nil)
        #expect(configuration.services.map(\.cache) == [.off])
    }

    @Test(arguments: ["off", "\"off\"", "false", "no", "\"${SWITCH}\""])
    func aServicesBreakerAndItsHealthChecksAreOff(word: String) throws {
        let configuration = try ConfigurationSamples.load(
            """
            services:
              blog: { upstream: "http://h:1", breaker: \(word) }
              cart: { upstream: "http://h:2", breaker: { health-interval: \(word) } }

            """,
            environment: ["SWITCH": "off"]
        )
        #expect(configuration.services.map(\.breaker?.failures) == [nil, 5])
        #expect(configuration.services.last?.breaker?.healthInterval == nil)
    }

    @Test func isNotOffWhenTheEnvironmentSaysOtherwise() throws {
        let configuration = try ConfigurationSamples.load(
            "memory: { fragments: \"${SIZE:-off}\" }\n" + ConfigurationSamples.smallest,
            environment: ["SIZE": "2MB"]
        )
        #expect(configuration.memory.fragments == 2 << 20)
    }
}
