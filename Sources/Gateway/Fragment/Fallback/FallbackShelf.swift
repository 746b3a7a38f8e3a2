import FragmentProtocol
import NIOCore
import Synchronization

/// The fragments that services have named to be shown in another's place when that one fails.
///
/// They are fetched while a service is well, so that its failure asks nothing more of it. All threads use one shelf; a
/// page reads it only for a part that has failed.
final class FallbackShelf: Sendable {
    private let bodies = Mutex<[FragmentName: ByteBuffer]>([:])

    /// What is shown in a fragment's place; nil when its service has named nothing, or has never been well.
    subscript(_ name: FragmentName) -> ByteBuffer? { self.bodies.withLock { $0[name] } }

    /// Puts down what a service has answered for the fragments that its manifest names one for.
    ///
    /// - Parameters:
    ///   - answers: the bodies by type, of those that could be had; what is not among them stays as it was.
    ///   - manifest: what the service says of itself.
    func put(_ answers: [String: ByteBuffer], of manifest: ServiceManifest) {
        let named = manifest.fallbacks
        self.bodies.withLock { bodies in
            for name in bodies.keys where name.service == manifest.service && named[name] == nil {
                bodies[name] = nil
            }
            for (name, type) in named {
                if let body = answers[type] { bodies[name] = body }
            }
        }
    }

    /// Forgets what services have named that the site no longer has.
    func keep(services: Set<String>) {
        self.bodies.withLock { bodies in bodies = bodies.filter { services.contains($0.key.service) } }
    }
}

extension ServiceManifest {
    /// The types of the fragments that stand in for others, by the names of those.
    var fallbacks: [FragmentName: String] {
        var named: [FragmentName: String] = [:]
        for fragment in self.fragments {
            guard let fallback = fragment.fallback,
                let name = FragmentName(service: self.service, type: fragment.type)
            else { continue }
            named[name] = fallback
        }
        return named
    }
}
