import Crypto
import Foundation

/// The clients that may sign people in here, from a file.
struct ClientRegistry: Sendable, Equatable {
    /// What is wrong with a clients' file, one line each.
    struct Failure: Error, CustomStringConvertible, Equatable {
        let problems: [String]

        var description: String { problems.joined(separator: "\n") }
    }

    /// In the order of the file.
    let clients: [Client]

    subscript(id: String) -> Client? { clients.first { $0.id.utf8.elementsEqual(id.utf8) } }

    init(_ clients: [Client]) {
        self.clients = clients
    }

    /// Reads a file: `{"clients": [{"client_id": …, "client_secret": …, "redirect_uris": […], …}]}`.
    ///
    /// - Parameter json: The file's bytes.
    /// - Throws: A ``Failure`` with everything that is wrong.
    init(json: Data) throws(Failure) {
        let file: File
        do {
            file = try JSONDecoder().decode(File.self, from: json)
        } catch {
            throw Failure(problems: ["is not the JSON of clients: \(Self.words(of: error))"])
        }
        var problems: [String] = []
        var clients: [Client] = []
        for (index, entry) in file.clients.enumerated() {
            let place = "clients[\(index)] (\(entry.clientID.isEmpty ? "no client_id" : entry.clientID))"
            if clients.contains(where: { $0.id == entry.clientID }) {
                problems.append("\(place): the client_id is taken by another client")
            }
            clients.append(entry.client { problems.append("\(place): \($0)") })
        }
        if file.clients.isEmpty { problems.append("clients: there is none; nobody could sign in anywhere") }
        guard problems.isEmpty else { throw Failure(problems: problems) }
        self.clients = clients
    }

    /// What a decoder found, with the place in the file.
    private static func words(of error: any Error) -> String {
        func place(_ context: DecodingError.Context) -> String {
            context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? "." + $0.stringValue }.joined()
        }
        switch error as? DecodingError {
        case .keyNotFound(let key, let context): return "\(place(context)): \(key.stringValue) is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            return "\(place(context)): \(context.debugDescription)"
        default: return "\(error)"
        }
    }

    /// The file.
    private struct File: Decodable {
        let clients: [Entry]
    }

    /// A client as it stands in the file.
    private struct Entry: Decodable {
        let clientID: String
        let name: String?
        let secret: String?
        let secretHash: String?
        let redirectURIs: [String]
        let postLogoutRedirectURIs: [String]?
        let backChannelLogoutURI: String?
        let isFirstParty: Bool?
        let algorithm: String?
        let mustPush: Bool?

        enum CodingKeys: String, CodingKey, CaseIterable {
            case clientID = "client_id"
            case name = "client_name"
            case secret = "client_secret"
            case secretHash = "client_secret_sha256"
            case redirectURIs = "redirect_uris"
            case postLogoutRedirectURIs = "post_logout_redirect_uris"
            case backChannelLogoutURI = "backchannel_logout_uri"
            case isFirstParty = "first_party"
            case algorithm = "id_token_signed_response_alg"
            case mustPush = "require_pushed_authorization_requests"
        }

        /// The client, as far as it can be made, while what is wrong is reported.
        func client(report: (String) -> Void) -> Client {
            if clientID.isEmpty || clientID.utf8.count > 200 || !clientID.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) {
                report("client_id must be 1 to 200 printable ASCII characters without spaces")
            }
            if redirectURIs.isEmpty { report("redirect_uris: there must be at least one") }
            let addresses =
                redirectURIs.map { ("redirect_uris", $0) }
                + (postLogoutRedirectURIs ?? []).map { ("post_logout_redirect_uris", $0) }
                + (backChannelLogoutURI.map { [("backchannel_logout_uri", $0)] } ?? [])
            for (member, address) in addresses {
                if let problem = RedirectURI.problem(with: address) { report("\(member): \(address) \(problem)") }
            }
            let chosen = algorithm.map { SigningAlgorithm(rawValue: $0) } ?? .rs256
            if chosen == nil {
                let known = SigningAlgorithm.allCases.map(\.rawValue).joined(separator: " or ")
                report("id_token_signed_response_alg must be \(known)")
            }
            return Client(
                id: clientID,
                name: name ?? clientID,
                secretHash: hash(report: report),
                redirectURIs: redirectURIs,
                postLogoutRedirectURIs: postLogoutRedirectURIs ?? [],
                backChannelLogoutURI: backChannelLogoutURI,
                isFirstParty: isFirstParty ?? false,
                algorithm: chosen ?? .rs256,
                mustPush: mustPush ?? false
            )
        }

        private func hash(report: (String) -> Void) -> [UInt8] {
            switch (secret, secretHash) {
            case (let secret?, nil):
                if secret.utf8.count < ClientRegistry.leastSecret {
                    report("client_secret must be at least \(ClientRegistry.leastSecret) bytes long, and random")
                }
                return Array(SHA256.hash(data: Data(secret.utf8)))
            case (nil, let hash?):
                let bytes = hash.hexadecimalBytes
                if bytes?.count != SHA256.byteCount {
                    report("client_secret_sha256 must be 64 hexadecimal digits")
                }
                return bytes ?? []
            default:
                report("there must be either client_secret or client_secret_sha256")
                return []
            }
        }
    }

    /// Shorter secrets could be tried out.
    static let leastSecret = 32
}

extension String {
    /// The bytes that pairs of hexadecimal digits stand for; nil when it is something else.
    fileprivate var hexadecimalBytes: [UInt8]? {
        let digits = utf8.map { Character(Unicode.Scalar($0)).hexDigitValue }
        guard digits.count % 2 == 0, !digits.contains(nil) else { return nil }
        let values = digits.compactMap { $0 }
        return stride(from: 0, to: values.count, by: 2).map { UInt8(values[$0] << 4 | values[$0 + 1]) }
    }
}
