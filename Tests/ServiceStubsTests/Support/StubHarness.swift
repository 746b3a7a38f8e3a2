import Foundation
import FoundationXML
import FragmentProtocol
import GRDB
import Hummingbird
import HummingbirdTesting
import Logging
import Testing

@testable import ServiceStubs

/// A service over a fresh database on Monday, 23 November 2026, at noon.
struct StubHarness: Sendable {
    let environment: StubEnvironment
    let faults: FaultBoard?

    static let now = Date(timeIntervalSince1970: 1_795_435_200)
    static let secret = "a secret of the tests that is long enough"
    static let robin = Identity(subject: "user-1", name: "Robin Hale", email: "member@example.org")
    static let guest = Identity(subject: "anon:0123456789abcdef")

    init(faults: FaultBoard? = nil, now: Date = Self.now) throws {
        self.faults = faults
        environment = StubEnvironment(
            database: try ServiceDatabase.open(path: ":memory:", today: Day(now)),
            links: Links(template: "http://{service}.test"),
            identityKey: try IdentityKey.shared(secret: Self.secret),
            issuer: "gateway",
            now: { now }
        )
    }

    /// Runs the test against the routes of a service, without a socket unless `live`.
    func run<Value: Sendable>(
        _ service: ServiceName,
        live: Bool = false,
        _ test: @escaping @Sendable (any TestClientProtocol) async throws -> Value
    ) async throws -> Value {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return try await StubServer.application(
            for: service.service,
            port: 0,
            environment: environment,
            faults: faults,
            logger: logger
        ).test(live ? .live : .router, test)
    }

    /// The answer of a service to `GET`.
    func get(
        _ service: ServiceName,
        _ path: String,
        as identity: Identity? = nil,
        headers: [String: String] = [:]
    ) async throws -> TestResponse {
        var fields = try Self.fields(for: service, identity)
        for (name, value) in headers {
            fields.set(name, value)
        }
        let sent = fields
        return try await run(service) { try await $0.execute(uri: path, method: .get, headers: sent) }
    }

    /// The answer of a service to a fragment's request.
    func fragment(
        _ service: ServiceName,
        _ reference: String,
        as identity: Identity? = nil,
        headers: [String: String] = [:]
    ) async throws -> TestResponse {
        try await get(service, "/internal/fragments/" + reference, as: identity, headers: headers)
    }

    /// The answer of the cart to a form.
    func post(_ path: String, _ form: String, as identity: Identity?) async throws -> TestResponse {
        var fields = try Self.fields(for: .cart, identity)
        fields[.contentType] = "application/x-www-form-urlencoded"
        let sent = fields
        return try await run(.cart) {
            try await $0.execute(uri: path, method: .post, headers: sent, body: ByteBuffer(string: form))
        }
    }

    /// The header fields with which the gateway says who asks.
    static func fields(for service: ServiceName, _ identity: Identity?) throws -> HTTPFields {
        var fields = HTTPFields()
        if let identity {
            fields.set(HeaderName.gatewayIdentity, try assertion(of: identity, for: service.rawValue))
        }
        return fields
    }

    /// The gateway's signed word.
    static func assertion(of identity: Identity, for audience: String, secret: String = secret) throws -> String {
        try IdentityAssertion.sign(
            identity,
            issuer: "gateway",
            audience: audience,
            now: Int64(now.timeIntervalSince1970),
            id: "0123456789abcdef",
            lifetime: 60,
            key: IdentityKey.shared(secret: secret)
        )
    }
}

extension TestResponse {
    /// The body as text.
    var text: String { String(buffer: body) }

    /// The value of a header field.
    subscript(name: String) -> String? {
        headers.first { HeaderName.isSame($0.name.rawName, name) }?.value
    }

    /// The body as JSON of a type.
    func decoded<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try JSONDecoder().decode(type, from: Data(body.readableBytesView))
    }
}

/// Whether a text is well-formed within a root element, and what was found in it.
final class WellFormedness: NSObject, XMLParserDelegate {
    private(set) var elements: [String] = []
    private(set) var isWellFormed = false

    init(_ fragment: String) {
        super.init()
        let parser = XMLParser(data: Data("<root>\(fragment)</root>".utf8))
        parser.delegate = self
        isWellFormed = parser.parse()
    }

    func parser(
        _ parser: XMLParser,
        didStartElement elementName: String,
        namespaceURI: String?,
        qualifiedName qName: String?,
        attributes attributeDict: [String: String]
    ) {
        elements.append(elementName)
    }
}
