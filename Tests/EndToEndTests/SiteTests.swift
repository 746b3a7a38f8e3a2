import TestSupport
import Testing

extension EndToEndTests {
    @Suite("The example site, as make run starts it")
    struct SiteTests {
        @Test("the six home pages are there, each with parts of several services")
        func homePages() async throws {
            try await withWholeSite { gateway, _ in
                for service in StubsProcess.names {
                    let response = try await gateway.get("/", host: "\(service).localhost")
                    #expect(response.status == 200, "\(service)")
                    #expect(
                        response.text.hasOrder(["<!doctype html>", "<main", "<h1", "</main>", "</html>"]),
                        "\(service)"
                    )
                    #expect(response.text.contains("class=\"mini-cart\""), "\(service)")
                    #expect(response.text.contains("class=\"corner\""), "\(service)")
                    #expect(!response.text.contains("{%"), "\(service)")
                }
            }
        }

        @Test("the blog's home page shows fragments of five services")
        func blogHome() async throws {
            try await withWholeSite { gateway, _ in
                let response = try await gateway.get("/", host: "blog.localhost")
                // Links to single things stand in fragments only, never in what the templates fall back to.
                for (service, path) in [
                    ("blog", "/posts/"), ("blog", "/tags/"), ("market", "/products/"), ("events", "/events/"),
                    ("federation", "/profiles/"),
                ] {
                    #expect(
                        response.text.contains("//\(service).localhost:\(gateway.port)\(path)")
                            || (service == "blog" && response.text.contains("href=\"\(path)")),
                        "\(service) \(path)"
                    )
                }
                #expect(response.text.contains("//account.localhost:\(gateway.port)/"))
                #expect(response.text.contains("//cart.localhost:\(gateway.port)/"))
            }
        }

        @Test("lists lead to details")
        func details() async throws {
            try await withWholeSite { gateway, _ in
                for (service, list, path) in [
                    ("blog", "/posts", "/posts/"), ("market", "/products", "/products/"),
                    ("events", "/calendar", "/events/"), ("federation", "/people", "/profiles/"),
                ] {
                    let host = "\(service).localhost"
                    let text = try await gateway.get(list, host: host).text
                    let link = try #require(firstPath(in: text, below: path), "no link to \(path) on \(list)")
                    let detail = try await gateway.get(link, host: host)
                    #expect(detail.status == 200, "\(link)")
                    #expect(detail.text.hasOrder(["<title>", "<h1"]), "\(link)")
                    #expect(try await gateway.get(path + "no-such-thing", host: host).status == 404, "\(path)")
                }
            }
        }

        @Test("when a service is down, every page stands without it")
        func serviceDown() async throws {
            try await withWholeSite { gateway, stubs in
                try await stubs.setFaults(#"{"down": true}"#, of: "market")
                for service in StubsProcess.names where service != "market" {
                    let response = try await gateway.get("/", host: "\(service).localhost")
                    #expect(response.status == 200, "\(service)")
                    #expect(response.text.contains("</html>"), "\(service)")
                    #expect(!response.text.contains("//market.localhost:\(gateway.port)/products/"), "\(service)")
                }
                try await stubs.setFaults(#"{"down": false}"#, of: "market")
                try await waitUntil {
                    try await gateway.get("/", host: "blog.localhost").text
                        .contains("//market.localhost:\(gateway.port)/products/")
                }
            }
        }

        @Test("a product goes into the cart, by a form that nobody can forge")
        func addToCart() async throws {
            try await withWholeSite { gateway, _ in
                let host = "cart.localhost:\(gateway.port)"
                let products = try await gateway.get("/products", host: "market.localhost").text
                let product = try #require(firstPath(in: products, below: "/products/")).dropFirst("/products/".count)
                let form = try await gateway.get("/add/\(product)", host: host)
                #expect(form.status == 200)
                let cookie = try #require(form["set-cookie"]?.prefix { $0 != ";" })
                let token = try #require(form.text.text(between: "name=\"csrf\" value=\"", and: "\""))
                func post(_ body: String, cookie: Substring?) async throws -> RawResponse {
                    var headers = [
                        ("Content-Type", "application/x-www-form-urlencoded"), ("Origin", "http://\(host)"),
                        ("Sec-Fetch-Site", "same-origin"), ("Accept", "text/html,application/xhtml+xml"),
                    ]
                    if let cookie { headers.append(("Cookie", String(cookie))) }
                    let request = RawRequest(method: "POST", target: "/add", host: host, headers: headers, body: body)
                    return try await RawClient.request(request, to: gateway.port)
                }
                let body = "product=\(product)&quantity=2"
                #expect(try await post(body, cookie: cookie).status == 403)
                #expect(try await post(body + "&csrf=wrong", cookie: cookie).status == 403)
                #expect(try await post(body + "&csrf=\(token)", cookie: nil).status == 403)
                let added = try await post(body + "&csrf=\(token)", cookie: cookie)
                #expect(added.status == 303)
                let location = try #require(added["location"])
                #expect(!location.contains("//") || location.contains(host))
                let cart = try await gateway.get("/", host: host, headers: [("Cookie", String(cookie))])
                #expect(cart.text.contains("/products/\(product)"))
                #expect(cart.text.contains("id=\"quantity-\(product)\""))
                #expect(try await !gateway.get("/", host: host).text.contains("id=\"quantity-"))
            }
        }
    }
}
