import FragmentProtocol

/// What a service's answer to a form means for the client.
enum ActionPolicy {
    /// What is done with the body of an answer.
    enum BodyStep: Equatable {
        /// It is the JSON that says how to go on.
        case read
        /// It goes to the client as it comes.
        case relay
        /// An error page stands in for it.
        case replace
    }

    /// How the client is answered once the JSON is there.
    enum Outcome: Equatable {
        /// The browser goes on to the address, after what the answer asks for.
        case redirect(to: String, ActionAnswer)
        /// The form is shown again.
        case invalid([String: String])
        /// The client gets the JSON; what it asks for, if it asks, is done before.
        case asItIs(ActionAnswer?)
        case error(ProxyError)
    }

    /// Decides at the head of the answer.
    static func bodyStep(
        status: Int,
        headers: [(name: String, value: String)],
        acceptsHTML: Bool
    ) -> BodyStep {
        let isAccepted = (200..<300).contains(status) && status != 204
        if isAccepted || (status == 422 && acceptsHTML), ErrorPagePolicy.isJSON(headers) { return .read }
        return acceptsHTML && ErrorPagePolicy.replacesAction(status: status, headers: headers) ? .replace : .relay
    }

    /// Decides on the JSON of an answer.
    static func outcome(
        status: Int,
        body: some Sequence<UInt8>,
        acceptsHTML: Bool,
        redirects: RedirectPolicy
    ) -> Outcome {
        let answer: ActionAnswer
        do {
            answer = try ActionAnswer.decode(from: body)
        } catch {
            return acceptsHTML ? self.failure("the answer to a form is not the JSON of an action") : .asItIs(nil)
        }
        guard acceptsHTML else { return .asItIs(answer) }
        if status == 422 {
            return answer.errors.isEmpty ? .error(.status(422)) : .invalid(answer.errors)
        }
        guard let redirect = answer.redirect else { return self.failure("the answer to a form names no redirect") }
        guard let location = redirects.location(for: redirect) else {
            return self.failure("the answer to a form redirects to a place that is not the gateway's")
        }
        return .redirect(to: location, answer)
    }

    private static func failure(_ message: String) -> Outcome {
        .error(.failure(FetchFailure(.protocolError, message)))
    }
}
