"""The size of a fragment: pages of four."""

from __future__ import annotations

from harness import Page, Part, Site

from growth.bench import RULES, Bench, Point
from growth.curve import CPU, KILOBYTE, Curve

SIZES = [256, 1 << 10, 4 << 10, 16 << 10, 64 << 10, 256 << 10, 1 << 20]
PARTS = 4


def page(size: int) -> Page:
    return Page(
        f"{size}-bytes", tuple(Part("card", size=size, n=n, ttl=3600) for n in range(PARTS))
    )


def run(bench: Bench) -> list[Curve]:
    pages = {f"/{size}": page(size) for size in SIZES}
    curve = Curve("bytes a fragment, pages of four", CPU, KILOBYTE)
    with bench.gateway("sizes", Site(bench.origin.url, pages=pages, rules=RULES)) as gateway:
        for path, expected in pages.items():
            bench.verify(gateway, path, expected)
        bench.measure_in_turn(curve, [Point(size, gateway, f"/{size}") for size in SIZES])
    return [curve]
