"""Fragments a page, from memory and from their service."""

from __future__ import annotations

from harness import Page, Part, Site

from growth.bench import RULES, Bench, Point
from growth.curve import CPU, Curve, Step

SIZES = [1, 2, 4, 8, 16, 32, 64, 128, 256]
PART = 1024


def page(count: int, ttl: int) -> Page:
    parts = tuple(Part("card", size=PART, n=n, ttl=ttl) for n in range(count))
    return Page(f"{count}-parts-{ttl}", parts)


def run(bench: Bench) -> list[Curve]:
    pages = {
        f"/{kind}/{count}": page(count, ttl)
        for kind, ttl in (("cached", 3600), ("cold", 0))
        for count in SIZES
    }
    cached = Curve("fragments a page, cached", CPU, Step("fragment"))
    cold = Curve("fragments a page, all fetched", CPU, Step("fragment"))
    with bench.gateway("fragments", Site(bench.origin.url, pages=pages, rules=RULES)) as gateway:
        for path, expected in pages.items():
            bench.verify(gateway, path, expected)
        bench.measure_in_turn(
            cached, [Point(count, gateway, f"/cached/{count}") for count in SIZES]
        )
        # One connection: others would wait for the fetches of the first instead of making their
        # own.
        bench.measure_in_turn(
            cold,
            [
                Point(count, gateway, f"/cold/{count}", connections=1, is_cached=False)
                for count in SIZES
            ],
        )
    return [cached, cold]
