#!/usr/bin/env python3
"""Measures how the cost of a page grows with what a site has: flat, linear, or worse.

Of each size of each thing that grows, the server's processor time a page is measured in rounds, in
turn with the other sizes, with the gateway alone on one core. It takes about a quarter of an hour;
`--quick` takes about three minutes.
"""

from __future__ import annotations

import argparse
import dataclasses
import importlib
import json
import resource
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path[:0] = [str(FOLDER), str(FOLDER.parent / "Harness")]

from harness import PROJECT, RUN_DIR, BenchmarkError, Machine, Processes, build_tools  # noqa: E402

from growth import report  # noqa: E402
from growth.bench import Bench  # noqa: E402
from growth.curve import Curve  # noqa: E402
from growth.document import draw, replace_region  # noqa: E402
from growth.fit import Shape  # noqa: E402

RESULT = RUN_DIR / "growth.json"
SERIES = ("fragments", "sizes", "entries", "routes", "hosts", "connections")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--quick", action="store_true", help="two rounds of 1 s, and at most 100,000 entries"
    )
    parser.add_argument(
        "--only", action="append", choices=SERIES, metavar="NAME", help=f"of {', '.join(SERIES)}"
    )
    parser.add_argument("--rounds", type=int, help="measurements of each size (5)")
    parser.add_argument("--seconds", type=float, help="of each measurement (2)")
    parser.add_argument(
        "--write", action="store_true", help="update Docs/Performance.md and its picture"
    )
    parser.add_argument(
        "--gateway",
        type=Path,
        default=PROJECT / ".build/release/gateway",
        help="the binary that is measured",
    )
    options = parser.parse_args()
    options.rounds = options.rounds or (2 if options.quick else 5)
    options.seconds = options.seconds or (1 if options.quick else 2)
    if options.write and (options.quick or options.only):
        parser.error("--write is for a whole run: leave out --quick and --only")
    return options


def measure(options: argparse.Namespace) -> tuple[list[Curve], list[str], Bench]:
    """The curves, and what could not be measured, which does not cost the figures of the others."""
    curves: list[Curve] = []
    failures: list[str] = []
    with Processes(RUN_DIR / "growth") as processes:
        bench = Bench(
            processes,
            build_tools(),
            options.gateway.resolve(),
            rounds=options.rounds,
            seconds=options.seconds,
            is_quick=options.quick,
        )
        for name in options.only or SERIES:
            try:
                found = importlib.import_module(f"growth.series.{name}").run(bench)
            except BenchmarkError as error:
                failures.append(f"{name} was not measured: {error}")
                print(failures[-1], flush=True)
                continue
            curves += found
            for curve in found:
                print(report.points_text(curve), flush=True)
    return curves, failures, bench


def main() -> int:
    options = arguments()
    # The gateway and the client inherit it: 10,000 connections are 10,000 descriptors of each.
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    curves, failures, bench = measure(options)
    machine = Machine.here()
    conditions = (
        f"{machine.date}, {machine.cpu}, Linux {machine.kernel}; the gateway on one core, the "
        f"client and the origin on another; medians of {options.rounds} rounds of "
        f"{options.seconds:g} s in turn, 64 connections where nothing else is said. Other programs "
        f"disturbed {bench.disturbed} of {bench.measured} measurements."
    )
    print("\n".join(["", report.text(curves), "", conditions, *failures]))
    result = {
        "machine": dataclasses.asdict(machine),
        "conditions": conditions,
        "failures": failures,
        "curves": [curve.to_json() for curve in curves],
    }
    RESULT.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n")
    if options.write and not failures:
        replace_region("growth", report.markdown(curves, conditions))
        draw(FOLDER, "growth.chart", RESULT, "growth.svg")
    return int(
        bool(failures) or any(curve.fit.shape is Shape.WORSE_THAN_LINEAR for curve in curves)
    )


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BenchmarkError as error:
        sys.exit(f"error: {error}")
