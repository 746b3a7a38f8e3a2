import ArgumentParser

/// The six services, in the order of their ports.
enum ServiceName: String, CaseIterable, Sendable, ExpressibleByArgument {
    case blog
    case market
    case cart
    case events
    case federation
    case account
}
