"""Opens the whole site in headless Chromium as a visitor would, and reports what is wrong with it.

Started by `make browser`. The site runs on free ports with its own data; pictures go to .run/screenshots. Every check
prints one line, and the last line counts them.
"""

import contextlib
import hashlib
import itertools
import os
import sys
import time

from chromium import BrowserError, Chromium
from random_site import RandomSite
from running_site import PROJECT, SERVICES, Site
from sign_on import check_journey

PICTURES = os.path.join(PROJECT, ".run", "screenshots")
WIDE = (1280, 900)
PHONE = (390, 844)
TAB_KEY = ("Tab", 9)
ENTER_KEY = ("Enter", 13)

# From the home page to a page of one thing: the link that a visitor follows, and what its address holds.
DETAILS = {
    "blog": ("main a[href*='/posts/']", "/posts/"),
    "market": ("main a[href*='/products/']", "/products/"),
    "events": ("main a[href*='/events/']", "/events/"),
    "federation": ("main a[href*='/profiles/']", "/profiles/"),
    "cart": ("main a[href*='/orders'], main a[href*='/products'], main a[href*='market.']", "/"),
    "account": ("main a[href*='/newsletters'], a[href*='/newsletters']", "/newsletters"),
}

with open(os.path.join(PROJECT, "Tests", "Browser", "page_facts.js"), encoding="utf-8") as file:
    PAGE_FACTS = file.read()


class Report:
    """Counts what passed and what failed, and goes on after a failure."""

    def __init__(self):
        self.passed = 0
        self.failures = []

    @contextlib.contextmanager
    def check(self, name):
        try:
            yield
        except (AssertionError, BrowserError) as failure:
            self.failures.append(f"FAILED  {name}: {failure}")
            print(self.failures[-1], flush=True)
        else:
            self.passed += 1
            print(f"ok      {name}", flush=True)


def expect(truth, message):
    """Like assert, but never switched off."""
    if not truth:
        raise AssertionError(message)


def expect_none(findings, what):
    expect(not findings, f"{what}: {'; '.join(str(finding) for finding in findings or [])[:600]}")


def expect_no_problems(tab):
    problems, tab.problems = tab.problems, []
    expect_none(problems, "the browser complains")


def check_document(tab, status=200):
    """What holds for every page of the site."""
    expect(tab.document_status == status, f"{tab.url()} answers {tab.document_status}, not {status}")
    tab.load_all_images()
    facts = tab.evaluate(PAGE_FACTS)
    expect(facts["title"], "the page has no title")
    expect(facts["language"], "the page does not say its language")
    expect(len(facts["headings"]) == 1 and facts["headings"][0], f"not one h1: {facts['headings']}")
    for landmark in ("banner", "main", "contentinfo"):
        expect(facts["landmarks"][landmark] == 1, f"{facts['landmarks'][landmark]} landmarks '{landmark}'")
    expect(facts["landmarks"]["navigation"] >= 1, "no landmark 'navigation'")
    expect_none(facts["unnamedNavigation"], "several navigations, and these have no name")
    expect_none(facts["skippedHeadings"], "headings that skip a level")
    expect_none(facts["imagesWithoutAlt"], "images without alt")
    expect_none(facts["brokenImages"], "images that do not load")
    expect_none(facts["unnamedLinks"], "links and buttons without a name")
    expect_none(facts["unlabelledFields"], "fields without a label")
    expect_none(facts["repeatedIds"], "ids that stand twice")
    expect_none(facts["leftovers"], "text of the machinery on the page")
    expect(facts["words"] > 5, "there is nearly nothing on the page")
    return facts


def show(tab, service, page, width, dark):
    """One picture, with what depends on the size and the scheme checked on the way."""
    size, scheme = ("phone" if width is PHONE else "wide"), ("dark" if dark else "light")
    tab.show_as(*width, dark=dark)
    facts = tab.evaluate(PAGE_FACTS)
    tab.screenshot(os.path.join(PICTURES, f"{service}-{page}-{size}-{scheme}.png"), whole=True)
    expect(facts["overflow"] is None, f"wider than a {size} window: {'; '.join(facts['overflow'] or [])[:400]}")
    expect_none(facts["faint"], f"too little contrast ({scheme})")


def check_looks(report, tab, service, page):
    for width in (WIDE, PHONE):
        for dark in (False, True):
            looks = f"{'phone' if width is PHONE else 'wide'}, {'dark' if dark else 'light'}"
            with report.check(f"{service} {page}: fits and can be read ({looks})"):
                show(tab, service, page, width, dark)
    tab.show_as(*WIDE)


def check_skip_link(tab):
    """The first press of Tab shows a link, and following it leads the keyboard into the main content."""
    tab.press(*TAB_KEY)
    first = tab.evaluate("""() => {
        const e = document.activeElement, box = e.getBoundingClientRect();
        return {href: e.getAttribute('href'), text: e.innerText,
                seen: box.width > 1 && box.height > 1 && box.top >= 0 && box.left >= 0};
    }""")
    expect((first["href"] or "").startswith("#"), f"the first thing that Tab reaches is no skip link: {first}")
    expect(first["seen"], "the skip link is not to be seen when it has the focus")
    tab.press(*ENTER_KEY)
    tab.wait_for("the jump", lambda: tab.evaluate("(hash) => location.hash === hash", first["href"]), 5)
    tab.press(*TAB_KEY)
    inside = tab.evaluate("() => document.activeElement.closest('main') !== null")
    expect(inside, "after the skip link Tab does not go on in the main content")


def check_focus_is_seen(tab):
    """What Tab reaches next shows that it has the focus, by an outline, a border, a shadow or a ground.

    A card's link shows it around the whole card, on the ::after that makes the card one target.
    """
    tab.press(*TAB_KEY)
    same = tab.evaluate("""() => {
        const e = document.activeElement;
        const looks = () => [null, '::before', '::after'].map((part) => getComputedStyle(e, part))
            .flatMap((style) => ['outline', 'boxShadow', 'border', 'background', 'textDecoration']
                .map((property) => style[property])).join('|');
        const focused = looks();
        e.blur();
        return focused === looks() ? e.outerHTML.slice(0, 80) : null;
    }""")
    expect(same is None, f"nothing shows the focus of {same}")


def check_home_pages(report, tab, site):
    titles = {}
    for service in SERVICES:
        with report.check(f"{service} home: opens, and is a sound document"):
            tab.open(site.url(service))
            titles[service] = check_document(tab)["title"]
        with report.check(f"{service} home: the layout's fragments are there (navigation, cart, account)"):
            for other in SERVICES:
                expect(tab.evaluate("(host) => document.querySelector(`a[href*='//${host}.']`) !== null", other)
                       or other == service, f"no link leads to {other}")
        check_looks(report, tab, service, "home")
        with report.check(f"{service} home: the skip link works from the keyboard"):
            tab.open(site.url(service))
            check_skip_link(tab)
            check_focus_is_seen(tab)
        with report.check(f"{service} home: no console error, exception or failed request"):
            expect_no_problems(tab)
    with report.check("every home page has a title of its own"):
        expect(len(set(titles.values())) == len(SERVICES), str(titles))


def check_details(report, tab, site):
    for service in SERVICES:
        selector, address = DETAILS[service]
        arrived = False
        with report.check(f"{service}: a click leads from the home page to a detail page"):
            tab.open(site.url(service))
            home = tab.url()
            tab.click(selector)
            expect(tab.url() != home and address in tab.url(), f"the click led to {tab.url()}")
            arrived = True
            check_document(tab)
            expect_no_problems(tab)
        if arrived and service in ("blog", "market", "events", "federation"):
            check_looks(report, tab, service, "detail")


def check_cart(report, tab, site):
    """A product goes into the cart through the form, and the pages show it."""
    product = None
    with report.check("cart: a product page leads to the form that adds it"):
        tab.open(site.url("market"))
        tab.click(DETAILS["market"][0])
        product = tab.evaluate("() => document.querySelector('h1').innerText.trim()")
        tab.click("main a[href*='/add/']")
        expect(f"//cart.localhost:{site.port}/add/" in tab.url(), f"the link led to {tab.url()}")
        check_document(tab)
        expect_no_problems(tab)
    if "/add/" not in tab.url():
        return
    check_looks(report, tab, "cart", "add")
    with report.check("cart: the form adds it"):
        tab.click("main form[method=post] button[type=submit], main form[method=post] button:not([type])")
        expect("/add" not in tab.url(), f"the form led to {tab.url()}")
        check_document(tab)
        shown = tab.evaluate("(name) => document.querySelector('main').innerText.includes(name)", product)
        expect(product and shown, f"'{product}' is not to be seen in the cart")
        expect_no_problems(tab)
    check_looks(report, tab, "cart", "filled")
    with report.check("cart: the badge counts it"):
        badge = tab.evaluate("() => document.querySelector('.mini-cart .badge')?.innerText.trim() ?? null")
        expect(badge == "1", f"the badge shows {badge}")
    with report.check("cart: the checkout opens"):
        tab.click("main a[href*='/checkout']")
        check_document(tab)
        expect_no_problems(tab)


SIGN_ON_PAGES = {
    "sign-in": "/sign-in", "link": "/sign-in/link?token=x", "problem": "/sign-in/problem?code=invalid_request_uri",
    "no-consent": "/consent", "over": "/sign-in/continue", "sign-out": "/sign-out",
    "signed-out": "/sign-out?done=yes", "outbox": "/outbox",
}


def check_sign_on(report, tab, site):
    """What people see of the sign-on, as far as it is shown to somebody who is not signed in."""
    for page, path in SIGN_ON_PAGES.items():
        with report.check(f"sign-on {page}: opens, and is a sound document"):
            tab.open(site.url("federation", path))
            check_document(tab)
            expect_no_problems(tab)
        check_looks(report, tab, "sign-on", page)

    def fill(values):
        tab.evaluate("(values) => { for (const [id, value] of Object.entries(values)) "
                     "document.getElementById(id).value = value; }", values)

    def main_text():
        return tab.evaluate("() => document.querySelector('main').innerText")

    with report.check("sign-on: a wrong password is told, and what was typed is kept, but for the password"):
        tab.open(site.url("federation", "/sign-in"))
        fill({"email": "member@example.org", "password": "wrong"})
        tab.click("main button[value=password]")
        check_document(tab, status=422)
        expect("do not go together" in main_text(), f"the page says: {main_text()[:300]}")
        kept = tab.evaluate("() => ['email', 'password'].map((id) => document.getElementById(id).value)")
        expect(kept == ["member@example.org", ""], f"the form holds {kept}")
        described = tab.evaluate("""() => {
            const field = document.getElementById('password');
            return document.getElementById(field.getAttribute('aria-describedby'))?.innerText ?? '';
        }""")
        expect("do not go together" in described, "the password's field is not described by what is wrong")
        # The browser itself reports the status of the document on its console.
        tab.problems = [problem for problem in tab.problems if "status of 422" not in problem]
        expect_no_problems(tab)
    check_looks(report, tab, "sign-on", "wrong-password")
    with report.check("sign-on: a link that is asked for is in the outbox"):
        tab.open(site.url("federation", "/sign-in"))
        fill({"email": "member@example.org"})
        tab.click("main button[value=link]")
        expect("on its way" in main_text(), f"the page says: {main_text()[:300]}")
        check_document(tab)
        tab.open(site.url("federation", "/outbox"))
        check_document(tab)
        tab.click("main a[href*='/sign-in/link?token=']")
        expect("/sign-in/link?token=" in tab.url(), f"the link led to {tab.url()}")
        check_document(tab)
        expect_no_problems(tab)
    with report.check("sign-on: the outbox can be read"):
        tab.open(site.url("federation", "/outbox"))
    check_looks(report, tab, "sign-on", "outbox-filled")


def check_errors(report, tab, site):
    with report.check("a page that is not there says so, in the site's layout"):
        tab.open(site.url("blog", "/posts/there-is-no-such-post"))
        check_document(tab, status=404)
        # The browser itself reports the status of the document on its console.
        tab.problems = [problem for problem in tab.problems if "status of 404" not in problem]
        expect_no_problems(tab)
    with report.check("an internal address is not there from outside"):
        tab.open(site.url("blog", "/internal/fragments"))
        expect(tab.document_status == 404, f"it answers {tab.document_status}")
        tab.problems = []


def open_until(tab, site, service, path, arrived, complaint, seconds=20):
    """Opens pages until one is as awaited.

    A page that waits for a fragment is streamed, with no tag and no dictionary: on a busy machine that is any one page,
    and never all of them.
    """
    end = time.monotonic() + seconds
    for number in itertools.count():
        tab.open(site.url(service, path(number)))
        if arrived():
            return
        expect(time.monotonic() < end, f"{complaint()}, after {number + 1} pages in {seconds} s")


def check_dictionary(report, tab, site):
    with report.check("a browser that holds what the pages have in common is sent the rest"):
        tab.open(site.url("blog"))
        first = tab.evaluate("() => document.documentElement.outerHTML")
        expect(tab.document_coding in ("gzip", "br", "zstd"), f"the first page is sent in {tab.document_coding}")
        # The browser fetches the dictionary when it has nothing else to do.
        tab.wait_for("fetching the dictionary", lambda: any("dictionary" in url for url in tab.requests))
        # The page that the browser has is not sent again; the same under another address is.
        open_until(tab, site, "blog", lambda number: f"/?again={number}", lambda: tab.document_coding == "dcz",
                   lambda: f"later pages are sent in {tab.document_coding}")
        expect(tab.evaluate("() => document.documentElement.outerHTML") == first, "the page is another")
        open_until(tab, site, "blog", lambda number: f"/posts/there-is-no-such-post?again={number}",
                   lambda: tab.document_coding == "dcz", lambda: f"another page is sent in {tab.document_coding}")
        check_document(tab, status=404)


def check_unchanged(report, tab, site):
    with report.check("a page that has not changed is not sent again"):
        def sizes():
            return tab.evaluate("""() => {
                const entry = performance.getEntriesByType('navigation')[0];
                return [entry.transferSize, entry.encodedBodySize];
            }""")

        open_until(tab, site, "events", lambda _: "/", lambda: 0 < sizes()[0] < sizes()[1],
                   lambda: "of a body, {} of {} bytes were sent".format(*sizes()))
        check_document(tab)
        expect_no_problems(tab)


def check_random_pages(report, browser):
    # A compressed page that is wrong by a byte is most often a page all the same: the bytes are compared.
    with RandomSite(seed=20261128) as site:
        tab = browser.tab()
        tab.open(site.url("/?c0=1"))
        cookies = tab.call("Network.getCookies", urls=[site.url()])["cookies"]
        cookie = "; ".join(f"{each['name']}={each['value']}" for each in cookies)
        codings = set()
        for number, path in enumerate(site.choices(40) * 2):
            with report.check(f"random page {number} has the same bytes in the browser"):
                digest, coding = tab.evaluate(
                    """async (path) => {
                        const response = await fetch(path);
                        const digest = await crypto.subtle.digest('SHA-256', await response.arrayBuffer());
                        const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0'));
                        return [hex.join(''), response.headers.get('content-encoding')];
                    }""", path)
                codings.add(coding)
                expect(digest == hashlib.sha256(site.plain(path, cookie)).hexdigest(), f"{path} in {coding}")
        with report.check("random pages came in more than one coding"):
            expect({"br", "gzip"} <= codings, f"only in {codings}")
        tab.close()


def main():
    os.makedirs(PICTURES, exist_ok=True)
    report = Report()
    with Site() as site:
        with Chromium() as browser:
            for checks in (check_home_pages, check_details, check_cart, check_sign_on, check_errors, check_dictionary,
                           check_unchanged):
                tab = browser.tab()
                tab.show_as(*WIDE)
                checks(report, tab, site)
                tab.close()
            tab = browser.tab()
            tab.show_as(*WIDE)
            check_journey(report, tab, site, check_document, check_looks, expect_no_problems)
            tab.close()
            check_random_pages(report, browser)
    with report.check("the site stops in order"):
        expect(site.stopped_well, "Scripts/run did not end with status 0 on SIGTERM")
    print(f"Pictures are in {os.path.relpath(PICTURES, PROJECT)}.")
    print(*report.failures, f"{report.passed} passed, {len(report.failures)} failed", sep="\n")
    sys.exit(1 if report.failures else 0)


if __name__ == "__main__":
    main()
