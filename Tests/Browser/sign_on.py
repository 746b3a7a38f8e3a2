"""The sign-on as a visitor meets it: signed in on one host, known on the next, signed out on all."""

MEMBER = "member@example.org"
PASSWORD = "rose-ash"


def expect(truth, message):
    """Like assert, but never switched off."""
    if not truth:
        raise AssertionError(message)


def is_signed_in(tab):
    return tab.evaluate("() => document.querySelector(\"a[href='/auth/logout']\") !== null")


def fill(tab, selector, text):
    """Types into a field, as a person would."""
    found = tab.evaluate(
        "(selector) => { const e = document.querySelector(selector); e?.focus(); e?.select(); return e !== null; }",
        selector)
    expect(found, f"there is no {selector} on {tab.url()}")
    tab.call("Input.insertText", text=text)


def sign_in(tab, password=PASSWORD):
    """Fills in the form of the provider's page that a login has led to."""
    expect("/sign-in" in tab.url(), f"the login led to {tab.url()}")
    fill(tab, "#email", MEMBER)
    fill(tab, "#password", password)
    tab.click("main form button[value=password]")


def check_journey(report, tab, site, check_document, check_looks, expect_no_problems):
    """One visitor's way through the six hosts; `tab` has no cookies."""
    product = None
    with report.check("sign-on: a product goes into the cart before anybody signs in"):
        tab.open(site.url("market"))
        tab.click("main a[href*='/products/']")
        product = tab.evaluate("() => document.querySelector('h1').innerText.trim()")
        tab.click("main a[href*='/add/']")
        tab.click("main form[method=post] button[type=submit], main form[method=post] button:not([type])")
        expect_no_problems(tab)
    with report.check("sign-on: 'Sign in' leads from the blog to the provider's page"):
        tab.open(site.url("blog", "/posts"))
        tab.click("a[href^='/auth/login']")
        expect(tab.url().startswith(site.url("federation", "/sign-in")), f"it led to {tab.url()}")
        check_document(tab)
        expect_no_problems(tab)
    check_looks(report, tab, "federation", "sign-in")
    with report.check("sign-on: a wrong password is told, in words"):
        sign_in(tab, password="rose-ashes")
        check_document(tab, status=422)
        words = tab.evaluate("() => document.querySelector('[role=alert]')?.innerText ?? ''")
        expect(len(words) > 10, f"the page says '{words}'")
        # The browser itself reports the status of the document on its console.
        tab.problems = [problem for problem in tab.problems if "status of 422" not in problem]
        expect_no_problems(tab)
    with report.check("sign-on: the right one leads back to where the visitor was"):
        sign_in(tab)
        expect(tab.url() == site.url("blog", "/posts"), f"it led to {tab.url()}")
        expect(is_signed_in(tab), "the page does not offer to sign out")
        check_document(tab)
        expect_no_problems(tab)
    for service in ("market", "account"):
        with report.check(f"sign-on: a link to {service} shows the same person, without a form"):
            tab.click(f"a[href^='{site.url(service)}']")
            expect(tab.url().startswith(site.url(service)), f"it led to {tab.url()}")
            expect(is_signed_in(tab), f"{service} does not know the visitor")
            check_document(tab)
            expect_no_problems(tab)
    with report.check("sign-on: where the visitor was a moment ago as nobody, one click is enough, and the cart is theirs"):
        # The cart has asked the provider just now, in vain, and does not ask again by itself for five minutes.
        tab.open(site.url("cart"))
        tab.click("a[href^='/auth/login']")
        expect(tab.url() == site.url("cart"), f"it led to {tab.url()}")
        expect(is_signed_in(tab), "the cart does not know the visitor")
        expect_no_problems(tab)
        shown = tab.evaluate("(name) => document.querySelector('main').innerText.includes(name)", product or "?")
        expect(product and shown, f"'{product}' is not to be seen in the cart")
    with report.check("sign-on: the account lists this device"):
        tab.open(site.url("account", "/devices"))
        check_document(tab)
        words = tab.evaluate("() => document.querySelector('main').innerText")
        expect("Chrom" in words, f"no Chromium among the devices: {words[:200]}")
        expect_no_problems(tab)
    check_looks(report, tab, "account", "devices")
    with report.check("sign-on: signing out on the cart asks once, and tells that it is done"):
        tab.open(site.url("cart"))
        tab.click("a[href='/auth/logout']")
        check_document(tab)
        tab.click("main form[action='/auth/logout'] button")
        expect("/auth/logged-out" in tab.url(), f"it led to {tab.url()}")
        check_document(tab)
        expect_no_problems(tab)
    check_looks(report, tab, "cart", "logged-out")
    for service in ("blog", "market", "cart", "events", "federation", "account"):
        with report.check(f"sign-on: {service} knows nobody any more"):
            tab.open(site.url(service))
            expect(not is_signed_in(tab), f"{service} still offers to sign out")
            expect_no_problems(tab)
    with report.check("sign-on: a page for members leads to the form"):
        tab.open(site.url("account", "/devices"))
        expect("/sign-in" in tab.url(), f"it led to {tab.url()}")

