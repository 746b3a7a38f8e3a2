import Hummingbird

/// A service of the cooperative.
///
/// This is all that one has to say of itself: its fragments, and what else it answers.
protocol StubService: Sendable {
    /// What the service is called, in the manifest and in host names.
    var name: ServiceName { get }
    /// The fragments that it answers under `/internal/fragments`.
    var fragments: [Fragment] { get }
    /// Adds the public routes: the JSON interface and the actions.
    func addRoutes(to routes: StubRoutes, environment: StubEnvironment)
}

extension ServiceName {
    /// The service of the name.
    var service: any StubService {
        switch self {
        case .blog: BlogService()
        case .market: MarketService()
        case .cart: CartService()
        case .events: EventsService()
        case .federation: FederationService()
        case .account: AccountService()
        }
    }
}
