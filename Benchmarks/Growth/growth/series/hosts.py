"""Hosts: services with a host, an upstream, a page and a template each."""

from __future__ import annotations

import contextlib

from harness import Site

from growth.bench import RULES, Bench, Point, rss
from growth.curve import CPU, MEMORY, Curve, Step

SIZES = [1, 10, 100, 1_000]


def site(upstream: str, names: list[str]) -> Site:
    use = '{{% fragment "{name}/card" with n=1, size=1024, ttl=86400 %}}'
    return Site(
        upstream,
        service=names[0],
        rules=RULES,
        templates={
            f"{name}.html": f"<!doctype html>\n<p>{use.format(name=name)}</p>\n" for name in names
        },
        configuration={
            "services": {name: {"upstream": upstream} for name in names},
            "pages": [{"host": name, "path": "/", "template": f"{name}.html"} for name in names],
        },
    )


def run(bench: Bench) -> list[Curve]:
    cpu, memory = (
        Curve("hosts with a service each", measure, Step("host")) for measure in (CPU, MEMORY)
    )
    points = []
    with contextlib.ExitStack() as stack:
        for count in SIZES:
            names = [f"app-{number}" for number in range(count)]
            gateway = stack.enter_context(
                bench.gateway(f"hosts-{count}", site(bench.origin.url, names))
            )
            memory.add(count, rss(gateway))
            # An absolute target names the host (RFC 9112, section 3.2.2), so that each request may
            # name another.
            paths = bench.paths(f"hosts-{count}", (f"http://{name}.localhost/" for name in names))
            # At least as many requests as there are connections.
            for _ in range(max(1, 100 // count)):
                bench.request_all(gateway, paths)
            points.append(Point(count, gateway, paths))
        bench.measure_in_turn(cpu, points)
    return [cpu, memory]
