import Foundation
import NIOCore
import OpenSSL
import Synchronization
import TestSupport

@testable import Gateway

/// A provider on a real socket that keeps to the specifications, but for what its script says.
final class ScriptedProvider: Sendable {
    /// What the provider does otherwise than it should.
    struct Script: Sendable {
        /// Its keys, the first of which signs.
        var signers = [TokenSigner(es256: "k1")]
        /// The keys that it shows; nil for all of them.
        var shownKeys: [String]?
        /// Members of the discovery document, in JSON; nil takes one out.
        var discovery: [String: String?] = [:]
        /// Claims of identity tokens, in JSON; nil takes one out.
        var claims: [String: String?] = [:]
        /// The header of identity tokens.
        var tokenHeader: String?
        /// What happens to an identity token before it is sent.
        var mangle: @Sendable (String) -> String = { $0 }
        /// What the token endpoint answers in place of tokens.
        var tokenAnswer: [OriginStep]?
        /// What other endpoints answer, by their path.
        var answers: [String: [OriginStep]] = [:]
        /// Whether it takes pushed requests.
        var takesPushedRequests = true
        /// What it is called; nil for its address.
        var issuer: String?

        init() {}
    }

    /// A request that the provider has seen.
    struct Seen: Sendable {
        let method: String
        let path: String
        let host: String
        let authorization: String?
        let form: FormBody
    }

    private struct State {
        var script = Script()
        var seen: [Seen] = []
        /// What was pushed, by its name.
        var pushed: [String: FormBody] = [:]
        /// What was asked for, by the code that was given for it.
        var codes: [String: FormBody] = [:]
        var counter = 0
        var url = ""
    }

    private let state = Mutex(State())

    /// Runs a body with a provider on a free port, which is stopped afterwards.
    static func with(_ script: Script = Script(), _ body: (ScriptedProvider) async throws -> Void) async throws {
        let provider = ScriptedProvider()
        provider.state.withLock { $0.script = script }
        try await ScriptedOrigin.with(handler: OriginHandler { provider.answer($0) }) { origin in
            provider.state.withLock { $0.url = origin.url }
            try await body(provider)
        }
    }

    /// Changes what it does from now on.
    func change(_ body: (inout Script) -> Void) { self.state.withLock { body(&$0.script) } }

    var url: String { self.state.withLock { $0.url } }
    var issuer: String { self.state.withLock { $0.script.issuer ?? $0.url } }
    var seen: [Seen] { self.state.withLock { $0.seen } }

    /// The requests for a path.
    func seen(_ path: String) -> [Seen] { self.seen.filter { $0.path == path } }

    // MARK: The browser's side

    /// What a browser that is sent to an address asks for.
    func asked(_ location: String) -> FormBody? {
        guard let query = location.split(separator: "?", maxSplits: 1).last else { return nil }
        guard let form = Self.form(Array(query.utf8)) else { return nil }
        guard let name = form.first(named: "request_uri") else { return form }
        return self.state.withLock { $0.pushed[name] }
    }

    /// Where somebody who signs in is sent to: the address and the query of the callback.
    func signIn(_ location: String) -> (address: String, query: String)? {
        guard let asked = self.asked(location), let address = asked.first(named: "redirect_uri"),
            let state = asked.first(named: "state")
        else { return nil }
        let code = self.state.withLock { shared in
            shared.counter += 1
            let code = "code-\(shared.counter)+/="
            shared.codes[code] = asked
            return code
        }
        return (address, Self.query([("code", code), ("state", state), ("iss", self.issuer)]))
    }

    /// The query of the callback when the provider says no.
    func refuse(_ location: String, _ error: String) -> String? {
        guard let state = self.asked(location)?.first(named: "state") else { return nil }
        return Self.query([
            ("error", error), ("state", state), ("iss", self.issuer),
            ("error_description", "<script>alert(1)</script>"),
        ])
    }

    /// A token that ends sessions.
    func logoutToken(client: String, _ changes: [String: String?] = [:], header: String? = nil) throws -> String {
        let (issuer, number, signer) = self.state.withLock { shared in
            shared.counter += 1
            return (shared.script.issuer ?? shared.url, shared.counter, shared.script.signers[0])
        }
        let now = Int(Date.now.timeIntervalSince1970)
        var members: [String: String?] = [
            "iss": "\"\(issuer)\"", "aud": "\"\(client)\"", "iat": "\(now)", "exp": "\(now + 120)",
            "jti": "\"j\(number)\"", "sid": "\"o-5\"",
            "events": #"{"http://schemas.openid.net/event/backchannel-logout":{}}"#,
        ]
        for (name, value) in changes { members[name] = value }
        let kid = signer.name
        return try signer.token(
            Self.object(members),
            header: header ?? #"{"alg":"\#(signer.algorithm)","kid":"\#(kid)","typ":"logout+jwt"}"#
        )
    }

    static func query(_ fields: [(String, String)]) -> String {
        String(decoding: FormBody(fields.map { FormField(name: $0.0, value: $0.1) }).encoded(), as: UTF8.self)
    }

    // MARK: Endpoints

    private func answer(_ request: OriginRequest) -> [OriginStep] {
        let form = Self.form(Array(request.body.readableBytesView)) ?? FormBody()
        let script = self.state.withLock { shared in
            shared.seen.append(
                Seen(
                    method: request.method,
                    path: request.path,
                    host: request.values("Host").first ?? "",
                    authorization: request.values("Authorization").first,
                    form: form
                )
            )
            return shared.script
        }
        if let answer = script.answers[request.path] { return answer }
        switch request.path {
        case "/.well-known/openid-configuration": return Self.json(self.discovery(script))
        case "/jwks":
            let keys = script.shownKeys ?? script.signers.map(\.publicKey)
            return Self.json(String(decoding: TokenSigner.set(keys), as: UTF8.self))
        case "/par":
            let name = self.state.withLock { shared in
                shared.counter += 1
                let name = "urn:ietf:params:oauth:request_uri:\(shared.counter)"
                shared.pushed[name] = form
                return name
            }
            return Self.json(#"{"request_uri":"\#(name)","expires_in":60}"#, status: 201)
        case "/token": return script.tokenAnswer ?? self.tokens(form, script)
        case "/userinfo":
            return Self.json(
                #"{"sub":"u7","name":"Ada of userinfo","email":"ada@userinfo.example","roles":["editor"]}"#
            )
        case "/revoke", "/logout": return OriginStep.answer(200, [("Content-Type", "application/json")], "{}")
        default: return OriginStep.answer(404)
        }
    }

    private func discovery(_ script: Script) -> String {
        let issuer = script.issuer ?? self.url
        var members: [String: String?] = [
            "issuer": "\"\(issuer)\"", "authorization_endpoint": "\"\(issuer)/authorize\"",
            "token_endpoint": "\"\(issuer)/token\"", "jwks_uri": "\"\(issuer)/jwks\"",
            "userinfo_endpoint": "\"\(issuer)/userinfo\"", "revocation_endpoint": "\"\(issuer)/revoke\"",
            "end_session_endpoint": "\"\(issuer)/logout\"", "response_types_supported": "[\"code\"]",
            "code_challenge_methods_supported": "[\"S256\"]",
            "id_token_signing_alg_values_supported": "[\"RS256\",\"ES256\",\"EdDSA\"]",
            "authorization_response_iss_parameter_supported": "true",
        ]
        if script.takesPushedRequests { members["pushed_authorization_request_endpoint"] = "\"\(issuer)/par\"" }
        for (name, value) in script.discovery { members[name] = value }
        return Self.object(members)
    }

    private func tokens(_ form: FormBody, _ script: Script) -> [OriginStep] {
        let number = self.state.withLock { shared in
            shared.counter += 1
            return shared.counter
        }
        var nonce: String?
        var client = form.first(named: "client_id") ?? "gw-blog"
        if form.first(named: "grant_type") == "authorization_code" {
            guard let code = form.first(named: "code"),
                let asked = self.state.withLock({ $0.codes.removeValue(forKey: code) }),
                asked.first(named: "redirect_uri") == form.first(named: "redirect_uri"),
                let verifier = form.first(named: "code_verifier"),
                let hash = try? ProofKey(verifier: verifier).challenge,
                hash == asked.first(named: "code_challenge")
            else { return Self.json(#"{"error":"invalid_grant"}"#, status: 400) }
            nonce = asked.first(named: "nonce")
            client = asked.first(named: "client_id") ?? client
        }
        let access = "access-\(number)"
        let now = Int(Date.now.timeIntervalSince1970)
        let hash = ProviderClient.hash(of: access, script.signers[0].algorithm == "EdDSA" ? .eddsa : .es256) ?? ""
        var claims: [String: String?] = [
            "iss": "\"\(script.issuer ?? self.url)\"", "aud": "\"\(client)\"", "sub": "\"u7\"", "iat": "\(now)",
            "exp": "\(now + 300)", "auth_time": "1700000000", "sid": "\"o-5\"", "name": "\"Ada\"",
            "email": "\"ada@example.org\"", "roles": "[\"member\"]", "amr": "[\"pwd\"]", "at_hash": "\"\(hash)\"",
        ]
        if let nonce { claims["nonce"] = "\"\(nonce)\"" }
        for (name, value) in script.claims { claims[name] = value }
        guard let token = try? script.signers[0].token(Self.object(claims), header: script.tokenHeader) else {
            return OriginStep.answer(500)
        }
        return Self.json(
            #"{"access_token":"\#(access)","token_type":"Bearer","expires_in":300,"refresh_token":"refresh-\#(number)","id_token":"\#(script.mangle(token))"}"#
        )
    }

    static func json(_ text: String, status: Int = 200, type: String = "application/json") -> [OriginStep] {
        OriginStep.answer(status, [("Content-Type", type), ("Cache-Control", "no-store")], text)
    }

    private static func object(_ members: [String: String?]) -> String {
        "{" + members.compactMap { name, value in value.map { "\"\(name)\":\($0)" } }.joined(separator: ",") + "}"
    }

    private static func form(_ bytes: [UInt8]) -> FormBody? { try? FormBody(parsing: bytes.span) }
}
