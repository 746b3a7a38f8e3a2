extension RedisTierSettings {
    /// What `redis:` of gateway.yaml says.
    init(_ settings: RedisSettings) {
        let place: Place =
            switch settings.servers {
            case .single(let endpoint): .single(Address(endpoint))
            case .sentinel(let sentinels):
                .sentinel(
                    sentinels.endpoints.map(Address.init),
                    master: sentinels.master,
                    access: RedisAccess(username: sentinels.username, password: sentinels.password?.reveal())
                )
            case .cluster(let endpoints): .cluster(endpoints.map(Address.init))
            }
        self.init(
            place: place,
            access: RedisAccess(
                username: settings.username,
                password: settings.password?.reveal(),
                database: settings.database
            ),
            timeout: settings.timeout
        )
    }
}

extension RedisTierSettings.Address {
    init(_ endpoint: Endpoint) { self = .tcp(host: endpoint.host, port: endpoint.port) }
}
