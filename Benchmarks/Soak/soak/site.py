"""The site of the soak: what its gateway is configured to, and the pages that this has to make."""

from __future__ import annotations

import itertools
import os
import signal
import time
from collections.abc import Mapping

from harness import Gateway, Origin, Page, Part, Site

THREADS = 2
# How long after a reload was asked for a page of the edition before it may still be shown.
RELOAD_PATIENCE = 3.0
FALLBACK = "<p>Nothing from {service} just now.</p>"

RULES = {
    "shop/badge": {"vary": ["user"], "honour-origin": True},
    "shop/detail": {"ttl": "20s"},
    "shop/*": {
        "ttl": "3s",
        "stale-while-revalidate": "3s",
        "stale-if-error": "1m",
        "timeout": "2s",
    },
    "flaky/*": {"ttl": "2s", "stale-if-error": "3s", "timeout": "300ms"},
    "slow/*": {"ttl": "2s", "timeout": "200ms"},
}
# What is bounded is full before the time that is judged begins.
MEMORY = {"fragments": "16MB", "sessions": 512}
COMPRESSION = {"memory": "4MB"}
LIMITS = {"idle-timeout": "20s", "shutdown-grace": "5s"}
CARDS = tuple(Part("card", n=n, ttl=60) for n in range(8))
# Those of the page "mixed" whose services fail.
TROUBLED = {"flaky": Part("card", n=2, ttl=60, fail=20), "slow": Part("card", n=2, ttl=60, delay=5)}
PRIMARY = Part("main", n=3, ttl=60, fail=20, options="primary")
LARGE = tuple(Part("large", size=64 << 10, n=n, ttl=60) for n in range(4))
ROUTES = (
    ("shop", "/", "home.html"),
    ("shop", "/large", "large.html"),
    ("shop", "/mixed", "mixed.html"),
    ("shop", "/products/{id}", "product.html"),
    ("shop", "/account", "account.html"),
    ("flaky", "/", "primary.html"),
)
HEAD = '<!doctype html>\n<html lang="en"><head><title>Soak</title></head><body>\n'
END = "</body></html>\n"


def home(edition: int) -> Page:
    return Page("home", CARDS, head=f"{HEAD}<p>Edition {edition}.</p>\n")


class SoakSite:
    """The editions of the site, and what its pages are."""

    def __init__(self, origins: Mapping[str, Origin]) -> None:
        self._upstreams = {name: origin.url for name, origin in origins.items()}
        self._concurrency = 64
        self._editions = [(1, time.monotonic())]
        self._shop = origins["shop"]
        self._home_pages = {1: self._shop.whole(home(1))}
        # Every combination of a part and its fallback.
        choices = (
            (
                origins[service].body(Part(part.kind, part.size, part.n)),
                FALLBACK.format(service=service),
            )
            for service, part in TROUBLED.items()
        )
        card = self._shop.body(CARDS[0])
        self.mixed_pages = frozenset(
            f"{HEAD}<div>{card}</div>\n<div>{flaky}</div>\n<div>{slow}</div>\n{END}".encode()
            for flaky, slow in itertools.product(*choices)
        )

    def files(self) -> Site:
        """The present edition, as a gateway is started with."""
        return Site(
            self._upstreams["shop"],
            service="shop",
            pages={"/": home(self._editions[-1][0]), "/large": Page("large", LARGE)},
            rules=RULES,
            templates=self._templates(),
            configuration={
                "services": {
                    "flaky": {
                        "upstream": self._upstreams["flaky"],
                        "concurrency": self._concurrency,
                    },
                    "slow": {"upstream": self._upstreams["slow"], "concurrency": 64},
                },
                "pages": [
                    {"host": host, "path": path, "template": template}
                    for host, path, template in ROUTES
                ],
                "memory": MEMORY,
                "compression": COMPRESSION,
                "limits": LIMITS,
            },
        )

    def next_edition(self, gateway: Gateway, redis: str, changes_services: bool) -> None:
        """Writes changed files and has the gateway take them up."""
        if changes_services:
            # Another bound makes it another set of services, with connections of its own.
            self._concurrency = 112 - self._concurrency
        edition = self._editions[-1][0] + 1
        # First: the clients of another thread compare with it as soon as there is the edition.
        self._home_pages[edition] = self._shop.whole(home(edition))
        self._editions.append((edition, time.monotonic()))
        self.files().write(gateway.folder, gateway.port, gateway.admin_port, THREADS, redis)
        os.kill(gateway.pid, signal.SIGHUP)

    def current_editions(self) -> set[int]:
        """The edition that is shown, and the one before while a reload may be under way."""
        edition, since = self._editions[-1]
        is_settled = time.monotonic() - since > RELOAD_PATIENCE
        return {edition} if is_settled or edition == 1 else {edition - 1, edition}

    def home_page(self, edition: int) -> bytes:
        return self._home_pages[edition]

    def _templates(self) -> dict[str, str]:
        """Those of the pages that are more than parts of one service, and of the errors."""
        detail = '{% fragment "shop/detail" with n=path.id, size=2048, ttl=60 %}'
        badge = Part("badge", 512, ttl=5, personal=True).use("shop")
        form = '<form method="post" action="/account">{% csrf %}<input name="name"></form>\n'
        errors = {f"errors/{status}.html": f"<h1>{status}</h1>\n" for status in (404, 502, 503)}
        bodies = {
            "mixed.html": self._mixed_body(),
            "product.html": detail,
            "account.html": f"{form}{badge}",
            "primary.html": PRIMARY.use("flaky"),
            **errors,
        }
        return {name: f"{HEAD}{body}{END}" for name, body in bodies.items()}

    @staticmethod
    def _mixed_body() -> str:
        lines = [f"<div>{CARDS[0].use('shop')}</div>\n"]
        for service, part in TROUBLED.items():
            # The tag ends with the fallback and its end, in the place of its own end.
            tag = part.use(service).removesuffix(" %}")
            fallback = FALLBACK.format(service=service)
            lines.append(f"<div>{tag} or %}}{fallback}{{% endfragment %}}</div>\n")
        return "".join(lines)
