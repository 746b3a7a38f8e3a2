"""Connections: all of them busy, and most of them idle."""

from __future__ import annotations

from harness import Page, Part, Site

from growth.bench import RULES, Bench, Point, rss
from growth.curve import CPU, MEMORY, Curve, Step
from growth.idle import IdleConnections

SIZES = [1, 10, 100, 1_000, 10_000]
LIMITS = {"limits": {"connections": 30_000, "idle-timeout": "1h", "header-timeout": "1h"}}
# Those that ask while the others are idle.
ACTIVE = 64
PAGE = Page("page", tuple(Part("card", size=1024, n=n, ttl=86400) for n in range(8)))


def run(bench: Bench) -> list[Curve]:
    site = Site(bench.origin.url, pages={"/": PAGE}, rules=RULES, configuration=LIMITS)
    step = Step("connection")
    busy = Curve("connections, all busy", CPU, step)
    beside = Curve(f"idle connections beside {ACTIVE} busy ones", CPU, step)
    memory = Curve("idle connections", MEMORY, step)
    with bench.gateway("connections", site) as gateway:
        bench.verify(gateway, "/", PAGE)
        bench.measure_in_turn(
            busy, [Point(count, gateway, "/", connections=count) for count in SIZES]
        )
    # Another process: one that has had 10,000 connections keeps some of their memory for the next
    # ones.
    with bench.gateway("idle-connections", site) as gateway:
        bench.verify(gateway, "/", PAGE)
        for number in range(bench.rounds):
            # Growing, so that in the first round the memory is that of connections which were not
            # there before.
            for count in SIZES:
                with IdleConnections(gateway.port, gateway.host, count):
                    if number == 0:
                        memory.add(count, rss(gateway))
                    bench.measure(beside, Point(count, gateway, "/", connections=ACTIVE))
    return [busy, beside, memory]
