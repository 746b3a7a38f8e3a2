import Logging

extension ProviderClient {
    /// Has the provider forget a refresh token, and what was made of it (RFC 7009); true when it has.
    func revoke(_ refresh: String, as client: SignOnSettings.Client) async -> Bool {
        do throws(ProviderFailure) {
            let metadata = try await self.documents.provider()
            guard let endpoint = metadata.revocation else { return false }
            let answer = try await self.post(
                [("token", refresh), ("token_type_hint", "refresh_token")],
                to: endpoint,
                as: client,
                metadata
            )
            guard answer.status == 200 else {
                throw .unavailable("the revocation endpoint has the status \(answer.status)")
            }
            return true
        } catch {
            self.logger.warning("a refresh token is not revoked", metadata: ["reason": "\(error)"])
            return false
        }
    }

    /// Ends the provider's session by itself.
    ///
    /// - Parameters:
    ///   - hint: the identity token of the session.
    ///   - client: whose token it is.
    /// - Returns: whether the provider has taken it.
    func endSession(hint: String, as client: SignOnSettings.Client) async -> Bool {
        do throws(ProviderFailure) {
            guard let endpoint = try await self.documents.provider().endSession else { return false }
            let fields = [
                FormField(name: "id_token_hint", value: hint), FormField(name: "client_id", value: client.identifier),
            ]
            let answer = try await self.transport.send(
                ProviderTransport.Request(method: "POST", address: endpoint, form: FormBody(fields).encoded())
            )
            guard (200..<400).contains(answer.status) else {
                throw .unavailable("the end of session endpoint has the status \(answer.status)")
            }
            return true
        } catch {
            self.logger.warning("the provider's session is not ended", metadata: ["reason": "\(error)"])
            return false
        }
    }

    /// The address at which a browser ends the provider's session; nil when the provider has none.
    func endSessionAddress(
        hint: String?,
        client: SignOnSettings.Client,
        returningTo address: String,
        state: String
    ) async -> String? {
        do throws(ProviderFailure) {
            guard let endpoint = try await self.documents.provider().endSession else { return nil }
            var fields: [(name: String, value: String)] = [
                ("client_id", client.identifier), ("post_logout_redirect_uri", address), ("state", state),
            ]
            if let hint { fields.append(("id_token_hint", hint)) }
            return endpoint.adding(fields)
        } catch {
            self.logger.warning("the provider's session is not ended", metadata: ["reason": "\(error)"])
            return nil
        }
    }
}
