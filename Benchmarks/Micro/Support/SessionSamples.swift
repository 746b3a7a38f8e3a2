/// Sessions as the gateway seals them.
enum SessionSamples {
    /// Long enough for every key of a configuration.
    static let secret = "a secret for benchmarks, which guards nothing at all"
    static let key = Secret(Self.secret)

    static func sealer() throws -> SessionSealer { try SessionSealer(settings: SessionSettings(key: Self.key)) }

    /// The `Cookie` line of somebody with a session and what a browser keeps besides.
    static func cookie(_ token: String) -> String { "theme=dark; sid=\(token); seen=2026-11-01" }
}
