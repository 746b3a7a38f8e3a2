extension LimitSettings {
    init(_ section: ConfigurationSection) {
        let fallback = LimitSettings()
        requestLine = section.value("request-line", .size(64...1 << 20), default: fallback.requestLine)
        headerBytes = section.value("header-bytes", .size(64...16 << 20), default: fallback.headerBytes)
        headerCount = section.value("header-count", .integer(1...10_000), default: fallback.headerCount)
        body = section.value("body", .size(0...1 << 40), default: fallback.body)
        headerTimeout = section.value("header-timeout", .timeout, default: fallback.headerTimeout)
        idleTimeout = section.value("idle-timeout", .timeout, default: fallback.idleTimeout)
        bodyTimeout = section.value("body-timeout", .timeout, default: fallback.bodyTimeout)
        shutdownGrace = section.value(
            "shutdown-grace",
            .duration(.zero...Duration.seconds(86_400)),
            default: fallback.shutdownGrace
        )
        connections = section.value("connections", .integer(1...1_000_000), default: fallback.connections)
        pageBudget = section.value("page-budget", .timeout, default: fallback.pageBudget)
        streamAfter = section.value(
            "stream-after",
            .duration(.zero...Duration.seconds(1)),
            default: fallback.streamAfter
        )
        pageFragments = section.value("page-fragments", .integer(1...10_000), default: fallback.pageFragments)
        passThroughTimeout = section.value(
            "pass-through-timeout",
            .timeout,
            default: fallback.passThroughTimeout
        )
    }
}
