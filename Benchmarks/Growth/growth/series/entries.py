"""Cached entries: pages of one fragment each, asked at random over all of them."""

from __future__ import annotations

import contextlib

from harness import Gateway, Site

from growth.bench import RULES, Bench, Point, rss
from growth.curve import CPU, MEMORY, Curve, Step

SIZES = [1_000, 10_000, 100_000, 1_000_000]
QUICK_SIZES = SIZES[:-1]
BODY = 256
# The entries are made by pages of so many, which is faster than one by one.
BATCH = 100


def _use(number: str) -> str:
    return f'{{% fragment "app/card" with n={number}, size={BODY}, ttl=86400 %}}'


TEMPLATES = {
    "entry.html": f"<!doctype html>\n<p>{_use('path.n|int')}</p>\n",
    "batch.html": (
        f"<!doctype html>\n{{% for i in {list(range(BATCH))} %}}"
        f"{_use('path.first|int + i')}{{% endfor %}}\n"
    ),
}
CONFIGURATION = {
    "pages": [
        {"host": "app", "path": "/{n}", "template": "entry.html"},
        {"host": "app", "path": "/from/{first}", "template": "batch.html"},
    ],
    # An entry takes a few times its body; the budget is never what ends the growth.
    "memory": {"fragments": "8GB"},
}


def run(bench: Bench) -> list[Curve]:
    cpu = Curve("cached entries", CPU, Step("entry"))
    memory = Curve(f"cached entries of {BODY} B", MEMORY, Step("entry"))
    points = []
    site = Site(bench.origin.url, rules=RULES, templates=TEMPLATES, configuration=CONFIGURATION)
    with contextlib.ExitStack() as stack:
        for count in QUICK_SIZES if bench.is_quick else SIZES:
            gateway = stack.enter_context(bench.gateway(f"entries-{count}", site))
            _make(bench, gateway, range(0, count, BATCH))
            memory.add(count, rss(gateway))
            points.append(
                Point(
                    count, gateway, bench.paths(f"entries-{count}", (f"/{n}" for n in range(count)))
                )
            )
        bench.measure_in_turn(cpu, points)
    return [cpu, memory]


def _make(bench: Bench, gateway: Gateway, starts: range) -> None:
    made = bench.paths(f"{gateway.folder.name}-made", (f"/from/{start}" for start in starts))
    # A service is asked for 1,024 fragments at a time at most; what exceeds its queue would be
    # missing.
    bench.request_all(gateway, made, connections=1000 // BATCH)
