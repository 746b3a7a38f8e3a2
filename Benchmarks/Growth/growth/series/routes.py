"""Routes, each with a template of its own: what a request, a start and a reload cost."""

from __future__ import annotations

import contextlib

from harness import Site

from growth.bench import RULES, Bench, Point, rss
from growth.curve import CPU, MEMORY, Curve, Measure, Step
from growth.quantity import Unit

SIZES = [10, 100, 1_000, 10_000]
START = Measure("time to start", Unit.MICROSECONDS)
RELOAD = Measure("time to reload", Unit.MICROSECONDS)


def template(route: int, edition: int = 0) -> str:
    use = '{% fragment "app/card" with n=1, size=1024, ttl=86400 %}'
    return f"<!doctype html>\n<h1>Route {route}, edition {edition}</h1>\n<p>{use}</p>\n"


def site(upstream: str, count: int) -> Site:
    return Site(
        upstream,
        rules=RULES,
        templates={f"{route}.html": template(route) for route in range(count)},
        configuration={
            "pages": [
                {"host": "app", "path": f"/{route}/{{slug}}", "template": f"{route}.html"}
                for route in range(count)
            ]
        },
    )


def run(bench: Bench) -> list[Curve]:
    name, step = "routes with a template each", Step("route")
    cpu, memory = Curve(name, CPU, step), Curve(name, MEMORY, step)
    start, reload = Curve(name, START, step), Curve(name, RELOAD, step)
    points = []
    with contextlib.ExitStack() as stack:
        for count in SIZES:
            gateway = stack.enter_context(
                bench.gateway(f"routes-{count}", site(bench.origin.url, count))
            )
            points.append(
                Point(
                    count,
                    gateway,
                    bench.paths(f"routes-{count}", (f"/{n}/page" for n in range(count))),
                )
            )
        for number in range(bench.rounds):
            for point in points:
                start.add(point.size, bench.restart_us(point.gateway))
                if number == 0:
                    memory.add(point.size, rss(point.gateway))
        for point in points:
            bench.request_all(point.gateway, point.target)
        bench.measure_in_turn(cpu, points)
        for edition in range(1, bench.rounds + 1):
            for point in points:
                awaited = f"Route 0, edition {edition}<".encode()
                changed = {"0.html": template(0, edition)}
                reload.add(point.size, bench.reload_us(point.gateway, changed, "/0/page", awaited))
    return [cpu, memory, start, reload]
