internal import FoundationEssentials

/// What a service offers: the answer to `GET /internal/fragments`.
public struct ServiceManifest: Codable, Hashable, Sendable {
    /// The version of the protocol that this library speaks.
    public static let supportedProtocol = 1

    /// The version of the protocol that the service speaks (JSON key `protocol`).
    public var protocolVersion: Int
    /// The service's name, `[a-z][a-z0-9-]*`.
    public var service: String
    /// The version of the service's code, in any form; another one means that fragments may look different.
    public var version: String
    /// The fragments that the service answers.
    public var fragments: [FragmentDeclaration]

    /// A manifest of its parts, which ``problems()`` checks.
    public init(
        service: String,
        version: String,
        fragments: [FragmentDeclaration],
        protocolVersion: Int = ServiceManifest.supportedProtocol
    ) {
        self.protocolVersion = protocolVersion
        self.service = service
        self.version = version
        self.fragments = fragments
    }

    /// The manifest in a service's answer, checked.
    ///
    /// Keys that this version does not know are left out of account, so that later versions can add some.
    ///
    /// - Parameter bytes: the body of the answer, JSON in UTF-8.
    /// - Returns: the manifest.
    /// - Throws: a ``ManifestError`` with the place and the reason of everything that is wrong.
    public static func decode(from bytes: some Sequence<UInt8>) throws(ManifestError) -> ServiceManifest {
        let data = Data(bytes)
        let manifest: ServiceManifest
        do {
            // The version first: the rest of a later protocol's manifest may not be readable at all.
            let stated = try JSONDecoder().decode(StatedProtocol.self, from: data)
            if stated.protocolVersion != supportedProtocol {
                throw ManifestError([unsupportedProtocol(stated.protocolVersion)])
            }
            manifest = try JSONDecoder().decode(ServiceManifest.self, from: data)
        } catch let error as ManifestError {
            throw error
        } catch let error as DecodingError {
            throw ManifestError([ManifestError.Problem(error)])
        } catch {
            throw ManifestError([ManifestError.Problem(path: "", message: "is not readable: \(error)")])
        }
        let problems = manifest.problems()
        if !problems.isEmpty { throw ManifestError(problems) }
        return manifest
    }

    /// The manifest as JSON in UTF-8, with sorted keys, so that the same manifest always has the same bytes.
    ///
    /// - Returns: the body of the answer.
    /// - Throws: a ``ManifestError`` when the manifest is not valid, so that none goes out that no gateway would take.
    public func encoded() throws(ManifestError) -> [UInt8] {
        let problems = problems()
        if !problems.isEmpty { throw ManifestError(problems) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return [UInt8](try encoder.encode(self))
        } catch {
            throw ManifestError([ManifestError.Problem(path: "", message: "is not writable as JSON: \(error)")])
        }
    }

    /// The declaration of a type, or nil when the service has no such fragment.
    public func fragment(_ type: some StringProtocol) -> FragmentDeclaration? {
        fragments.first { $0.type == type }
    }

    /// The typed parameters of a request for a fragment.
    ///
    /// - Parameters:
    ///   - parameters: what the request gives.
    ///   - type: the fragment's type.
    /// - Returns: every declared parameter that has a value, defaults filled in.
    /// - Throws: a ``ParameterErrors`` that names all that is wrong.
    public func values(
        of parameters: FragmentParameters,
        for type: some StringProtocol
    ) throws(ParameterErrors) -> ParameterValues {
        guard let declaration = fragment(type) else {
            throw ParameterErrors(
                fragment: String(type),
                [.init(.unknownFragment, parameter: "", "\(service) has no fragment \(quoted(type))")]
            )
        }
        return try declaration.values(of: parameters)
    }

    /// The names of the properties in JSON.
    enum CodingKeys: String, CodingKey {
        /// The protocol's version.
        case protocolVersion = "protocol"
        /// The service's name.
        case service
        /// The service's version.
        case version
        /// The fragments.
        case fragments
    }

    /// That the protocol is another one.
    static func unsupportedProtocol(_ version: Int) -> ManifestError.Problem {
        ManifestError.Problem(
            path: "protocol",
            message: "version \(version) is not supported, only \(supportedProtocol) is"
        )
    }
}

/// The one key that manifests of all versions have.
private struct StatedProtocol: Decodable {
    /// The version of the protocol.
    var protocolVersion: Int

    /// The key in JSON.
    enum CodingKeys: String, CodingKey {
        /// The protocol's version.
        case protocolVersion = "protocol"
    }
}

extension ManifestError.Problem {
    /// What a decoder says, with the place in the form that manifests use.
    fileprivate init(_ error: DecodingError) {
        switch error {
        case .keyNotFound(let key, let context):
            self.init(path: Self.path(of: context.codingPath + [key]), message: "is missing")
        case .typeMismatch(let type, let context):
            self.init(path: Self.path(of: context.codingPath), message: "is not of the type \(type)")
        case .valueNotFound(_, let context):
            self.init(path: Self.path(of: context.codingPath), message: "is null")
        case .dataCorrupted(let context):
            self.init(path: Self.path(of: context.codingPath), message: context.debugDescription)
        @unknown default:
            self.init(path: "", message: "is not readable: \(error)")
        }
    }

    /// The keys as `fragments[0].params`.
    private static func path(of keys: [any CodingKey]) -> String {
        var path = ""
        for key in keys {
            if let index = key.intValue {
                path += "[\(index)]"
            } else {
                path += path.isEmpty ? key.stringValue : ".\(key.stringValue)"
            }
        }
        return path
    }
}
