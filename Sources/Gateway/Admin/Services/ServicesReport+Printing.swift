extension ServicesReport {
    /// The report for people.
    package var text: String {
        self.services.map { $0.lines(readsManifests: self.readsManifests).joined(separator: "\n") + "\n" }
            .joined(separator: "\n")
    }
}

extension ServicesReport.Service {
    fileprivate func lines(readsManifests: Bool) -> [String] {
        var lines = [
            "\(self.name) (\(self.host))", "  fragments   \(self.fetches.text)", "  passed on   \(self.streams.text)",
            "  since start \(self.hedges) hedges, \(self.retries) retries",
        ]
        for (fragment, words) in self.adds.sorted(by: { $0.key < $1.key }) {
            lines.append("  manifest    adds to the rule of \(fragment): vary by \(words.joined(separator: ", "))")
        }
        for upstream in self.upstreams { lines += upstream.lines(readsManifests: readsManifests) }
        return lines
    }
}

extension ServicesReport.Load {
    fileprivate var text: String { "\(self.underWay) under way, \(self.waiting) waiting" }
}

extension ServicesReport.Upstream {
    fileprivate func lines(readsManifests: Bool) -> [String] {
        var lines = [
            "  \(self.address)",
            "    breaker   \(self.breaker), opened \(self.openings) times; \(self.failures) failures, "
                + "\(self.underWay) under way",
        ]
        if let manifest {
            let others =
                manifest.otherVersions.isEmpty ? "" : " (also \(manifest.otherVersions.joined(separator: ", ")))"
            lines.append(
                "    manifest  \(manifest.version)\(others), \(manifest.fragments) fragments, read "
                    + "\(AgeText(milliseconds: manifest.age)) ago"
            )
        } else {
            lines.append("    manifest  \(readsManifests ? "not read yet" : "not read: manifests are off")")
        }
        lines += self.problems.map { "    problem   \($0)" }
        return lines
    }
}
