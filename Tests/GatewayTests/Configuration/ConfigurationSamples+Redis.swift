extension ConfigurationSamples {
    /// A Redis whose master sentinels name, with every key that it can have.
    static let sentinels = """
        redis:
          mode: sentinel
          sentinels: [10.0.0.1, "s.internal:5000"]
          master: pages
          sentinel-username: watch
          sentinel-password: s3
          username: gate
          password: p@ss
          database: 2
          timeout: 35ms

        """ + smallest

    /// A cluster.
    static let cluster = """
        redis: { mode: cluster, nodes: [10.0.0.1, "[::1]:7000"], password: p@ss }

        """ + smallest
}
