import Hummingbird
import Logging
import NIOCore

/// The address of the operator's own, on loopback unless configured otherwise: whether the gateway lives, and serves.
struct AdminServer: Sendable {
    /// What `/ready` tells.
    struct Status: Sendable {
        var isReady: Bool
        /// Each loop's state of Redis.
        var redis: [String]
    }

    let endpoint: Endpoint
    let logger: Logger
    let status: @Sendable () -> Status

    init(endpoint: Endpoint, logger: Logger, status: @escaping @Sendable () -> Status) {
        self.endpoint = endpoint
        self.logger = logger
        self.status = status
    }

    /// Serves until the process is told to stop.
    func serve() async -> Result<Void, any Error> {
        let router = Router()
        let status = self.status
        router.get("health") { _, _ in "alive\n" }
        router.get("ready") { _, _ in
            let status = status()
            let redis = status.redis.isEmpty ? "off" : status.redis.joined(separator: " ")
            return Response(
                status: status.isReady ? .ok : .serviceUnavailable,
                headers: [.contentType: "text/plain; charset=utf-8"],
                body: ResponseBody(
                    byteBuffer: ByteBuffer(string: "\(status.isReady ? "ready" : "not ready")\nredis: \(redis)\n")
                )
            )
        }
        var quiet = self.logger
        quiet.logLevel = .warning
        let application = Application(
            router: router,
            configuration: ApplicationConfiguration(
                address: .hostname(self.endpoint.host, port: self.endpoint.port),
                serverName: nil
            ),
            logger: quiet
        )
        do {
            try await application.run()
            return .success(())
        } catch {
            return .failure(
                SiteLoader.Failure(description: "cannot serve the admin address \(self.endpoint): \(error)")
            )
        }
    }
}
