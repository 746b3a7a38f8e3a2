extension BreakerSettings {
    /// Reads `breaker:` of a service, which may be `off`.
    static func read(in service: ConfigurationSection) -> BreakerSettings? {
        if let cursor = service.cursor("breaker"), cursor.isOff {
            service.reader.record { $0.value("breaker", "off", .file(line: cursor.position.line, variables: [])) }
            return nil
        }
        return service.section("breaker", BreakerSettings.init)
    }

    private init(_ section: ConfigurationSection) {
        self.init()
        let time = ScalarForm.duration(.milliseconds(100)...Duration.seconds(86_400))
        failures = section.value("failures", .integer(1...10_000), default: failures)
        failureRate = section.value("failure-rate", .integer(1...100), default: failureRate)
        minimumRequests = section.value("min-requests", .integer(1...100_000), default: minimumRequests)
        window = section.value("window", time, default: window)
        open = section.value("open", time, default: open)
        maximumOpen = section.value("max-open", time, default: maximumOpen)
        if maximumOpen < open {
            section.reader.report(
                "\(section.path("max-open")) is shorter than \(section.path("open")); make it "
                    + "\(TimeText(duration: open)) or more",
                at: section.cursor("max-open")?.position ?? section.cursor("open")?.position
            )
        }
        if let cursor = section.cursor("health-interval"), cursor.isOff {
            healthInterval = nil
            section.reader.record {
                $0.value("health-interval", "off", .file(line: cursor.position.line, variables: []))
            }
        } else if let interval = healthInterval {
            healthInterval = section.value("health-interval", time, default: interval)
        }
    }
}
