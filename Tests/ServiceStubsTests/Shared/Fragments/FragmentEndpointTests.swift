import FragmentProtocol
import Hummingbird
import HummingbirdTesting
import Testing

@testable import ServiceStubs

struct FragmentEndpointTests {
    @Test(arguments: ServiceName.allCases)
    func everyFragmentOfTheManifestAnswersAsDeclared(service: ServiceName) async throws {
        let harness = try StubHarness()
        let answer = try await harness.get(service, "/internal/fragments")
        let manifest = try ServiceManifest.decode(from: answer.body.readableBytesView)
        #expect(manifest.service == service.rawValue)
        for declaration in manifest.fragments {
            let example = declaration.examples.first ?? [:]
            let parameters = FragmentParameters(example.map { (name: $0.key, value: $0.value.text) })
            for identity in [nil, StubHarness.guest, StubHarness.robin] {
                let response = try await harness.fragment(
                    service,
                    "\(declaration.type)?\(parameters.query)",
                    as: identity
                )
                let place = Comment(rawValue: "\(service.rawValue)/\(declaration.type)")
                #expect(response.status == .ok, place)
                #expect(response["Content-Type"]?.hasPrefix(declaration.content.mediaType) == true, place)
                #expect(response["ETag"] != nil, place)
                #expect(response["Cache-Tag"]?.hasPrefix(declaration.tags.joined(separator: ", ")) == true, place)
                let cache = CacheDirectives(parsing: try #require(response["Cache-Control"], place))
                // What nobody keeps need not say for whom it is.
                #expect(cache.isPublic || cache.isPrivate || cache.noStore, place)
                if declaration.isPersonal {
                    #expect(response["Vary"]?.lowercased() == "gateway-identity", place)
                }
                if cache.noStore {
                    #expect(!cache.isPublic, place)
                } else if declaration.isPersonal {
                    #expect(identity == nil ? cache.isPublic : true, place)
                    #expect(identity == StubHarness.robin ? cache.isPrivate : true, place)
                } else {
                    #expect(response["Vary"] == nil && cache.isPublic, place)
                }
                if declaration.content == .html {
                    let check = WellFormedness(response.text)
                    #expect(check.isWellFormed, place)
                    #expect(Set(check.elements).isDisjoint(with: ["html", "head", "body", "script", "style"]), place)
                }
            }
        }
    }

    @Test func nothingPersonalReachesAnybodyElse() async throws {
        let harness = try StubHarness()
        for service in ServiceName.allCases {
            for fragment in service.service.fragments where fragment.declaration.isPersonal {
                let example = fragment.declaration.examples.first ?? [:]
                let query = FragmentParameters(example.map { (name: $0.key, value: $0.value.text) }).query
                let text = try await harness.fragment(service, "\(fragment.declaration.type)?\(query)").text
                for secret in ["Robin", "Edith", "example.org", "RA-4417", "class=\"badge\">3<"] {
                    #expect(!text.contains(secret), "\(service.rawValue)/\(fragment.declaration.type)")
                }
            }
        }
    }

    @Test func aHeldCopyIsConfirmed() async throws {
        let harness = try StubHarness()
        let first = try await harness.fragment(.blog, "post?slug=the-oven-is-lit")
        let tag = try #require(first["ETag"])
        for list in [tag, "\"x\", \(tag)", "W/\(tag)"] {
            let second = try await harness.fragment(
                .blog,
                "post?slug=the-oven-is-lit",
                headers: ["If-None-Match": list]
            )
            #expect(second.status == .notModified)
            #expect(second.text.isEmpty)
            #expect(second["ETag"] == tag)
            #expect(second["Cache-Control"] == first["Cache-Control"])
        }
        let other = try await harness.fragment(.blog, "post-list", headers: ["If-None-Match": tag])
        #expect(other.status == .ok)
    }

    @Test(arguments: [
        ("post-list?limit=0", "limit"), ("post-list?limit=x", "limit"), ("post-list?page=-1", "page"),
        ("post-list?colour=red", "colour"), ("post", "slug"), ("post?slug=", "slug"), ("post-list?limit=%GG", ""),
    ])
    func badParametersAreRefusedByName(reference: String, name: String) async throws {
        let response = try await StubHarness().fragment(.blog, reference)
        #expect(response.status == .badRequest)
        #expect(response.text.contains(name))
        #expect(response["Cache-Control"] == "no-store")
        #expect(WellFormedness(response.text).isWellFormed)
    }

    @Test func dataRefusesInJSON() async throws {
        let response = try await StubHarness().fragment(.market, "products?limit=1000")
        #expect(response.status == .badRequest)
        #expect(try response.decoded([String: String].self)["error"]?.contains("limit") == true)
    }

    @Test(arguments: [
        (ServiceName.blog, "post?slug=%3Cb%3E", true), (.blog, "related?slug=x", false),
        (.market, "product?slug=x", true),
        (.market, "product-list?category=x", false), (.events, "event?slug=x", true),
        (.events, "tickets?slug=x", false),
        (.federation, "profile?handle=x", true), (.cart, "add-form?product=x", false),
    ])
    func whatDoesNotExistIsSaidFriendly(service: ServiceName, reference: String, hasHeading: Bool) async throws {
        let response = try await StubHarness().fragment(service, reference)
        #expect(response.status == .notFound)
        let check = WellFormedness(response.text)
        #expect(check.isWellFormed)
        #expect(check.elements.contains("h1") == hasHeading)
        #expect(!check.elements.contains("b"))
    }

    @Test func unknownFragmentsAreNotFound() async throws {
        let response = try await StubHarness().fragment(.blog, "nothing")
        #expect(response.status == .notFound)
    }

    @Test(arguments: ["/internal/fragments", "/internal/fragments/nav", "/internal/health", "/api/posts"])
    func onlyReadingIsAllowed(path: String) async throws {
        let harness = try StubHarness()
        try await harness.run(.blog) { client in
            for method in [HTTPRequest.Method.post, .put, .delete, .patch, .options] {
                let response = try await client.execute(uri: path, method: method)
                #expect(response.status == .methodNotAllowed)
                #expect(response["Allow"] == "GET, HEAD")
            }
            let get = try await client.execute(uri: path, method: .get)
            let head = try await client.execute(uri: path, method: .head)
            #expect(head.status == .ok)
            #expect(head.text.isEmpty)
            #expect(head["Content-Length"] == String(get.body.readableBytes))
            #expect(head["ETag"] == get["ETag"])
        }
    }

    @Test func anotherVersionOfTheProtocolIsRefused() async throws {
        let response = try await StubHarness().fragment(.blog, "nav", headers: ["Fragment-Protocol": "2"])
        #expect(response.status == .badRequest)
    }
}
