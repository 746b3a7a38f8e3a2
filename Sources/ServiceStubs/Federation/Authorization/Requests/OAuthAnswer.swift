import Foundation
import Hummingbird

/// The answers of the server's endpoints: JSON that is never stored, redirects, and refusals.
enum OAuthAnswer {
    /// The most bytes that a form may have.
    static let greatestForm = 65_536

    /// What a refusal says (RFC 6749, section 5.2).
    private struct Refusal: Encodable {
        let error: String
        let description: String

        enum CodingKeys: String, CodingKey {
            case error
            case description = "error_description"
        }
    }

    /// Reads a form.
    ///
    /// - Throws: An ``OAuthError`` when there is none that can be read.
    static func form(of request: Request) async throws -> OAuthParameters {
        let mediaType = request.headers[.contentType]?.split(separator: ";").first ?? ""
        guard mediaType.lowercased() == "application/x-www-form-urlencoded" else {
            throw OAuthError(.invalidRequest, "the body must be application/x-www-form-urlencoded")
        }
        let body = try await request.body.collect(upTo: greatestForm)
        guard let text = String(validating: body.readableBytesView, as: UTF8.self) else {
            throw OAuthError(.invalidRequest, "the form is not UTF-8")
        }
        return try parameters(text)
    }

    /// Reads a query or a form.
    static func parameters(_ encoded: String) throws(OAuthError) -> OAuthParameters {
        do {
            return try OAuthParameters(form: encoded)
        } catch {
            throw OAuthError(.invalidRequest, error.message)
        }
    }

    /// JSON that is already written, not to be stored by anybody (RFC 6749, section 5.1).
    static func json(_ bytes: [UInt8], status: HTTPResponse.Status = .ok) -> Response {
        var response = Response.json(bytes: bytes, status: status)
        response.headers.set("Pragma", "no-cache")
        return response
    }

    /// JSON, not to be stored by anybody.
    static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        json(try stableJSON(value), status: status)
    }

    /// Sends a browser on; with 303, so that no form is posted again to another place.
    static func redirect(to address: String) -> Response {
        var response = Response(status: .seeOther, headers: [.location: address, .cacheControl: "no-store"])
        response.headers.set("Referrer-Policy", "no-referrer")
        return response
    }

    /// Answers with what a handler makes, or with the reason for which it refuses.
    static func answering(_ handler: () async throws -> Response) async throws -> Response {
        do {
            return try await handler()
        } catch let error as OAuthError {
            return try refusal(error)
        }
    }

    /// A refusal as JSON: 401 for a client that is not who it says, 400 for all else.
    static func refusal(_ error: OAuthError) throws -> Response {
        let isUnknownClient = error.code == .invalidClient
        var response = try json(
            Refusal(error: error.code.rawValue, description: error.message),
            status: isUnknownClient ? .unauthorized : .badRequest
        )
        if isUnknownClient { response.headers[.wwwAuthenticate] = "Basic realm=\"oauth\", charset=\"UTF-8\"" }
        return response
    }
}
