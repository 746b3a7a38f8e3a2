#!/usr/bin/env python3
"""Runs a gateway under mixed traffic while its surroundings fail, and judges whether it changes.

About 1,800 requests a second of many kinds, while services stop and hang, Redis restarts, cached
keys are deleted and changed files are taken up, all once a minute. From the fifth minute on (or
after the first quarter of a shorter soak) memory, descriptors and latency have to be level. Ends
with status 1 when something does not hold.
"""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import json
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path[:0] = [str(FOLDER), str(FOLDER.parent / "Growth"), str(FOLDER.parent / "Harness")]

from harness import (  # noqa: E402
    PROJECT,
    RUN_DIR,
    BenchmarkError,
    Load,
    Machine,
    Processes,
    build_tools,
)
from soak import report  # noqa: E402
from soak.run import Soak, Soaked  # noqa: E402
from soak.surroundings import Surroundings  # noqa: E402
from soak.verdict import judged, levels  # noqa: E402

from growth.document import draw, replace_region  # noqa: E402

RESULT = RUN_DIR / "soak.json"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--minutes",
        type=float,
        default=20,
        help="how long (20); in less than 8 the memory is still filling",
    )
    parser.add_argument(
        "--write", action="store_true", help="update Docs/Performance.md and its picture"
    )
    parser.add_argument(
        "--gateway",
        type=Path,
        default=PROJECT / ".build/release/gateway",
        help="the binary that is soaked",
    )
    options = parser.parse_args()
    if options.minutes < 1:
        parser.error("--minutes is 1 or more: everything goes wrong once in each")
    if options.write and options.minutes < 20:
        parser.error("--write is for 20 minutes or more")
    return options


def soak(options: argparse.Namespace) -> Soaked:
    with Processes(RUN_DIR / "soak") as processes:
        tools = build_tools()
        surroundings = Surroundings(processes, tools, options.gateway.resolve())

        def tell(sample: report.Sample) -> None:
            print(report.sample_line(sample), flush=True)

        return asyncio.run(
            Soak(surroundings, Load(tools), processes, tell).run(options.minutes * 60)
        )


def main() -> int:
    options = arguments()
    soaked = soak(options)
    found = report.findings(soaked)
    trends = levels(judged(soaked.samples, soaked.seconds))
    print(report.text(soaked, found))
    machine = Machine.here()
    result = {
        "machine": dataclasses.asdict(machine),
        "seconds": soaked.seconds,
        "findings": [dataclasses.asdict(finding) for finding in found],
        "trends": {name: dataclasses.asdict(trend) for name, trend in trends.items()},
        "outcomes": soaked.tally.outcomes,
        "examples": soaked.tally.examples,
        "descriptors": {"before": soaked.before, "after": soaked.after},
        "events": [{"seconds": time, "event": event.value} for time, event in soaked.events],
        "samples": [dataclasses.asdict(sample) for sample in soaked.samples],
    }
    RESULT.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n")
    if options.write:
        conditions = (
            f"{machine.date}, {machine.cpu}, Linux {machine.kernel}: {options.minutes:g} minutes, "
            "the gateway with two event loops, nothing pinned; the clients, the services and Redis "
            "are on the same two cores."
        )
        replace_region("soak", report.markdown(soaked, trends, found, conditions))
        draw(FOLDER, "soak.chart", RESULT, "soak.svg")
    return int(not all(finding.is_well for finding in found))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BenchmarkError as error:
        sys.exit(f"error: {error}")
