import Foundation
import FragmentProtocol
import Synchronization
import TestSupport
import Testing

@testable import Gateway

@Suite("The check of one service")
struct ServiceCheckTests {
    /// A way of breaking the protocol, and what is found then.
    struct Breach: Sendable, CustomTestStringConvertible {
        let testDescription: String
        private(set) var expected: [String]
        let change: SampleService.Change

        init(_ description: String, _ expected: String..., change: @escaping SampleService.Change) {
            testDescription = description
            self.expected = expected
            self.change = change
        }

        /// A breach in all answers of one fragment with content.
        static func content(
            of type: String = "summary",
            _ description: String,
            _ expected: String...,
            change: @escaping @Sendable (inout SampleService.Answer) -> Void
        ) -> Breach {
            var breach = Breach(description) { request, answer in
                guard answer.status == 200, request.path.hasPrefix("/internal/fragments/\(type)") else { return }
                change(&answer)
            }
            breach.expected = expected
            return breach
        }
    }

    @Test("A service that keeps to the protocol has no findings, with and without a key", arguments: [true, false])
    func fine(_ hasKey: Bool) async throws {
        let report = try await SampleService().check(identity: hasKey)
        #expect(report.findings.map(\.description) == [])
        #expect(report.exitStatus == 0)
        #expect(report.notes.first?.hasPrefix("cart 1 at http://127.0.0.1:") == true)
        #expect(report.notes.contains { $0.hasPrefix("Nobody asked: ") } == !hasKey)
        #expect(report.text.hasSuffix("\n\n0 errors, 0 warnings\n"))
    }

    @Test("Each breach is found, once, with its section", arguments: breaches)
    func breach(_ breach: Breach) async throws {
        var service = SampleService()
        service.change = breach.change
        let report = try await service.check()
        #expect(report.findings.begin(with: breach.expected), "\(report.text)")
        #expect(report.findings.allSatisfy { $0.place.file.hasPrefix("http://127.0.0.1:") })
        #expect(report.findings.allSatisfy { !$0.remedy.isEmpty && $0.section != nil })
    }

    private static let breaches: [Breach] = [
        Breach("health", "error 1.2: health is answered with status 503") { request, answer in
            if request.path == "/internal/health" { answer.status = 503 }
        },
        Breach("an unknown type", "error 1.3: a fragment that does not exist is answered with status 200") {
            _,
            answer in
            if answer.status == 404 { answer.status = 200 }
        },
        Breach("an asset", "error 2.4: the asset of 'mini' is answered with status 404") { request, answer in
            if request.path.hasPrefix("/static/") { answer.status = 404 }
        },
        Breach("a manifest with a cookie", "error 4.7: the manifest sets a cookie") { request, answer in
            if request.path == "/internal/fragments" { answer.set("Set-Cookie", "a=1") }
        },
        Breach(
            "other methods",
            "error 1.4: POST is answered as if it were GET",
            "error 1.4: DELETE is answered as if it were GET",
            "error 1.4: GATEWAY-CHECK is answered as if it were GET"
        ) { request, answer in
            if request.path.hasSuffix("/summary"), answer.status == 405 { answer.status = 200 }
        },
        .content("a cookie", "error 4.7: the answer sets the cookie 'sid'") { $0.set("Set-Cookie", "sid=1") },
        .content("a content type", "error 4.2: the content type is 'text/html'") {
            $0.set("Content-Type", "text/html")
        },
        .content("JSON", "error 4.4: the body is not JSON") { $0.body = "{" },
        .content(of: "mini", "HTML", "error 4.3: <b> is not closed") { $0.body += "<b>" },
        .content(of: "mini", "a document", "error 4.3: <body>") {
            $0.body = "<body>\($0.body)</body>"
        },
        .content("a lifetime", "warning 5.1: Cache-Control says 'max-age=1h'") {
            $0.set("Cache-Control", "max-age=1h")
        },
        .content(of: "mini", "a public answer to a person", "error 5.2: ", "warning 5.2: ") {
            $0.set("Cache-Control", "public, max-age=60")
            $0.set("Vary", nil)
        },
        .content("a private answer", "warning 5.2: the answer is private") { $0.set("Cache-Control", "private") },
        .content("Vary", "warning 5.3: Vary names 'user-agent'") { $0.set("Vary", "User-Agent") },
        .content(of: "list", "a tag that is missing", "warning 5.5: Cache-Tag lacks") { $0.set("Cache-Tag", nil) },
        .content("a tag that is not listed", "warning 5.5: Cache-Tag has") { $0.set("Cache-Tag", "more") },
        .content("a tag that is none", "warning 5.5: the header Cache-Tag") { $0.set("Cache-Tag", "a b") },
        .content("Fragment-Meta", "warning 4.6: the header Fragment-Meta") { $0.set("Fragment-Meta", "[]") },
        .content("Link", "warning 4.6: the header Link") { $0.set("Link", "a.css; rel=stylesheet") },
        .content(of: "summary", "an example", "error 4.1: what the manifest allows is answered with status 500") {
            $0.status = 500
        },
        .content("a redirect", "warning 4.1: the answer is a redirect, status 302") {
            $0.status = 302
            $0.set("Location", "/")
        },
        Breach(
            "304 to everything",
            "error 5.4: asked with If-None-Match of a copy that the service never gave"
        ) { request, answer in
            if request.path.hasSuffix("/summary"), !request.values("If-None-Match").isEmpty {
                answer = SampleService.Answer(status: 304, headers: [], body: "")
            }
        },
        Breach("a deadline", "error 3.3: asked with Fragment-Deadline: 1, the service answers 400") { request, answer in
            if request.path.hasSuffix("/summary"), request.values("Fragment-Deadline") == ["1"] { answer.status = 400 }
        },
        Breach("an unknown field", "error 3.1: a request with a field that the service cannot know") {
            request,
            answer in
            if request.path.hasSuffix("/summary"), !request.values(Probe.unknownField).isEmpty { answer.status = 400 }
        },
        Breach("a language", "error 2.3: with another Accept-Language the answer") { request, answer in
            guard request.path.hasSuffix("/summary"), answer.status == 200 else { return }
            answer.body = "[\"\(request.values("Accept-Language").joined())\"]"
            answer.set("ETag", nil)
        },
        Breach("an identity that nobody declared", "error 2.3: with Gateway-Identity the answer") { request, answer in
            guard request.path.hasSuffix("/summary"), SampleService.identity(of: request) != nil else { return }
            answer.body = "[1]"
            answer.set("ETag", nil)
        },
        Breach("no answer to nobody", "error 6.3: without Gateway-Identity the service answers 500") {
            request,
            answer in
            if request.path.hasSuffix("/mini"), SampleService.identity(of: request) == nil,
                request.values("Gateway-Identity").isEmpty, answer.status == 200
            {
                answer.status = 500
            }
        },
        Breach(
            "an identity that is not verified",
            "error 6.2: the service believes an assertion that another key signed",
            "error 6.2: the service believes an assertion that is for another service",
            "error 6.2: the service believes an assertion that ended an hour ago"
        ) { request, answer in
            guard request.path.hasSuffix("/mini"), !request.values("Gateway-Identity").isEmpty else { return }
            answer.body = "<a href=\"/\">Cart of \(ProbeSigner.person.name ?? "")</a>"
            answer.set("ETag", nil)
        },
        Breach("a missing parameter", "error 3.2: the parameter 'tag' left out (the manifest requires it) is") {
            request,
            answer in
            if request.path.hasPrefix("/internal/fragments/list"), !request.path.contains("tag="), answer.status == 400
            {
                answer.status = 500
            }
        },
        Breach("an undeclared parameter", "warning 3.2: the parameter 'gateway-check-undeclared'") { request, answer in
            if request.path.hasPrefix("/internal/fragments/mini?"), answer.status == 400 { answer.status = 200 }
        },
        Breach("a value at its limit", "error 2.2: the parameter 'limit' at its max (9) is refused with status 400") {
            request,
            answer in
            if request.path.contains("limit=9&") { answer.status = 400 }
        },
        Breach("a value that is printed as it is", "error 4.3: the value of the parameter 'tag'") { request, answer in
            if request.path.contains("%3Cgateway-check%3E"), answer.status == 200 {
                answer.body = "<p>\"'><gateway-check></gateway-check></p>"
            }
        },
    ]

    @Test("Nobody may be refused, where no key is given to ask as somebody")
    func refusal() async throws {
        let service = SampleService(change: { request, answer in
            if request.path.hasPrefix("/internal/fragments/mini"), SampleService.identity(of: request) == nil {
                answer.status = 401
            }
        })
        #expect(try await service.check(identity: false).findings.map(\.description) == [])
        #expect(try await service.check(identity: true).findings.map(\.description) == [])
    }

    @Test("A body that changes under one tag is found")
    func tags() async throws {
        let service = SampleService(change: { request, answer in
            guard request.path.hasSuffix("/summary"), answer.status == 200 else { return }
            answer.body = "[\"\(UUID())\"]"
        })
        let findings = try await service.check().findings
        #expect(findings.begin(with: ["error 5.4: two answers have the ETag"]), "\(findings)")
    }

    @Test("What changes by itself is not taken to change by language or by who asks")
    func changes() async throws {
        let count = Mutex(0)
        let service = SampleService(change: { request, answer in
            guard request.path.hasSuffix("/summary"), answer.status == 200 else { return }
            let number = count.withLock { count in
                count += 1
                return count
            }
            // The first two answers are equal, and so are the first and all up to the one in another language.
            answer.body = number < 6 ? "[0]" : "[1]"
            answer.set("ETag", nil)
        })
        #expect(try await service.check().findings.map(\.description) == [])
        #expect(count.withLock { $0 } > 6)
    }

    @Test("A body over the limit, a broken connection and an answer that never comes are found")
    func failures() async throws {
        let large = SampleService(change: { request, answer in
            if request.path.hasSuffix("/summary"), answer.status == 200 {
                answer.body = "[\(String(repeating: " ", count: 99))]"
            }
        })
        let oversize = try await large.check { settings in
            let isSize = settings.setMaximumSize("100B")
            #expect(isSize)
        }
        #expect(oversize.findings.begin(with: ["error 4.5: the body is over 100B"]), "\(oversize.text)")
        for (step, expected) in [(OriginStep.reset, "error 4.1: "), (.stall, "error 3.3: ")] {
            var service = SampleService()
            service.steps = { $0.path.hasSuffix("/summary") ? [step] : nil }
            let report = try await service.check { settings in
                settings.timeout = .milliseconds(300)
                settings.patience = .milliseconds(300)
            }
            #expect(report.findings.contains { $0.brief.hasPrefix(expected) }, "\(report.text)")
        }
    }

    @Test("A fragment that nothing can try is told")
    func untried() async throws {
        var service = SampleService()
        service.fragments = [FragmentDeclaration(type: "post", params: [.string("slug")])]
        let report = try await service.check()
        #expect(report.findings.begin(with: ["warning 2.4: the fragment has required parameters and no example"]))
        #expect(report.exitStatus == 0)
        #expect(try await service.check { $0.isStrict = true }.exitStatus == 1)
    }

    @Test("What cannot be reached is another status than what has no manifest")
    func unreachable() async throws {
        let origin = try await ScriptedOrigin.start { _ in OriginStep.answer(404) }
        let upstream = try #require(Upstream(origin.url))
        let without = await ServiceCheck(ServiceCheck.Settings(upstream: upstream)).run()
        #expect(without.exitStatus == 1)
        #expect(without.findings.map(\.section) == [.manifest, .health])
        await origin.stop()
        let unreachable = await ServiceCheck(ServiceCheck.Settings(upstream: upstream)).run()
        #expect(unreachable.exitStatus == 2)
        #expect(unreachable.findings.first?.message.hasPrefix("the service cannot be reached: ") == true)
    }

    @Test("JSON has the remedy and the section of each finding")
    func json() async throws {
        let service = SampleService(change: { _, answer in
            if answer.status == 404 { answer.status = 200 }
        })
        let text = try await service.check().json()
        let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let finding = try #require((object["findings"] as? [[String: Any]])?.first)
        #expect(finding["section"] as? String == "1.3")
        #expect(finding["remedy"] as? String == "answer 404 to what the manifest does not list")
        #expect((object["notes"] as? [String])?.count == 1)
    }

    @Test("A finding says how to mend it, and where to read on")
    func description() {
        let finding = CheckFinding.error(.sample, "wrong", mend: "mend it", .cookies)
        #expect(finding.description == "ADDRESS: error: wrong\n    mend it (Docs/Protocol.md 4.7 Cookies)")
        #expect(
            CheckFinding.warning(.sample, "odd", .html).description.hasSuffix("\n    see Docs/Protocol.md 4.3 HTML")
        )
        #expect(CheckFinding.warning(.sample, "odd").description == "ADDRESS: warning: odd")
    }
}
