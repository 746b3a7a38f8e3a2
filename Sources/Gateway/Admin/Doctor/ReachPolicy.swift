/// Judges what was found on the network: where hosts lie, and what the provider's clock says.
enum ReachPolicy {
    /// How far a clock may be off before tokens are near to being refused.
    static let tolerableSkew = Duration.seconds(30)

    /// What a name was found to be.
    struct Host: Equatable {
        let name: String
        /// The bytes of its address; nil when it has none.
        let address: [UInt8]?
    }

    /// Hosts without an address, and those that lie elsewhere than the first.
    ///
    /// Safari lets cookies of a host live for seven days at most when the first half of its address is not the same as that of the
    /// host that the person came from.
    static func findings(_ hosts: [Host]) -> [DoctorFinding] {
        var findings: [DoctorFinding] = []
        for host in hosts where host.address == nil {
            findings.append(
                DoctorFinding(
                    host.name,
                    "the name has no address here, so that browsers may not reach it",
                    mend: "give it one in the DNS, the same as the other hosts have"
                )
            )
        }
        let found = hosts.compactMap { host in host.address.map { (host.name, $0) } }
        guard let (first, address) = found.first else { return findings }
        for (name, other) in found.dropFirst() where !self.isNear(address, other) {
            findings.append(
                DoctorFinding(
                    name,
                    "its address is in another network than that of \(first): Safari would end its cookies after seven days",
                    mend: "let all hosts of the site have the same address, without a CNAME to somebody else's name"
                )
            )
        }
        return findings
    }

    private static func isNear(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        one.count == other.count && one.prefix(one.count / 2) == other.prefix(other.count / 2)
    }

    /// What is wrong with a clock, by the moment that the provider says that it is.
    static func clock(provider: Instant, now: Instant) -> DoctorFinding? {
        let difference = provider - now
        guard difference > self.tolerableSkew || difference < .zero - self.tolerableSkew else { return nil }
        let seconds = difference.components.seconds
        return DoctorFinding(
            "the clock",
            "the provider's is \(abs(seconds)) s \(seconds > 0 ? "ahead of" : "behind") this machine's; with more than 60 s "
                + "nobody can sign in",
            mend: "let both machines follow the time by NTP"
        )
    }

    /// What a failure of the provider means.
    static func provider(_ failure: ProviderFailure) -> DoctorFinding {
        switch failure {
        case .unavailable(let what):
            DoctorFinding("the provider", what, mend: "start it, and see that sso.issuer leads to it from this machine")
        case .misconfigured(let what), .invalid(let what):
            DoctorFinding(
                "the provider",
                what,
                mend: "mend its discovery document, or name another provider in sso.issuer"
            )
        case .refused:
            DoctorFinding("the provider", "it refuses to answer", mend: "see its log")
        }
    }
}
