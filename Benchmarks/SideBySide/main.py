#!/usr/bin/env python3
"""Measures the gateway beside nginx, Varnish and Traffic Server, and tells which goals are met."""

import argparse
import json
import signal
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "Harness")]

from harness import PROJECT, RUN_DIR, BenchmarkError, Machine, build_tools  # noqa: E402
from harness.machine import package_versions  # noqa: E402
from sidebyside.bench import FREE, PINNED, Bench  # noqa: E402
from sidebyside.report import PICTURE, aligned, goal_table, markdown_report, replace_region, text_of  # noqa: E402
from sidebyside.results import Outcome  # noqa: E402
from sidebyside.workloads import WORKLOADS, Workload  # noqa: E402

DOCUMENT = PROJECT / "Docs" / "Performance.md"
RESULTS = RUN_DIR / "side-by-side.json"
PACKAGES = ["nginx", "varnish", "trafficserver", "redis-server"]


def arguments() -> argparse.Namespace:
    names = [workload.name for workload in WORKLOADS]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="short runs, pinned only: for trying out"
    )
    parser.add_argument(
        "--only",
        metavar="WORKLOAD",
        action="append",
        choices=names,
        help=f"one of: {', '.join(names)}",
    )
    parser.add_argument(
        "--rounds", type=int, help="how often each server is measured (3; quick: 1)"
    )
    parser.add_argument("--seconds", type=float, help="how long each time (4; quick: 2)")
    parser.add_argument(
        "--write",
        action="store_true",
        help=f"update {DOCUMENT.relative_to(PROJECT)} and its picture",
    )
    parser.add_argument(
        "--gateway",
        type=Path,
        default=PROJECT / ".build" / "release" / "gateway",
        help="the binary to measure",
    )
    return parser.parse_args()


def measure(bench: Bench, workload: Workload) -> Outcome:
    """A workload; one that cannot be measured says why and leaves the others alone."""
    print(f"==> {workload.title} ({bench.layout.name})", file=sys.stderr, flush=True)
    running = list(bench.processes.running)
    try:
        outcome = workload.run(bench, workload)
    except BenchmarkError as error:
        # The gateways of a run that broke off; the peers that it started serve the next ones.
        peers = bench.peer_processes()
        for process in [
            one for one in bench.processes.running if one not in running and one not in peers
        ]:
            bench.processes.stop(process)
        outcome = Outcome(workload.name, workload.title, bench.layout.name, not_measured=str(error))
    print(text_of(outcome), end="\n\n", flush=True)
    return outcome


def write_document(
    outcomes: list[Outcome], machine: Machine, versions: dict[str, str], settings: str
) -> None:
    replace_region(DOCUMENT, markdown_report(outcomes, machine, versions, settings))
    picture = DOCUMENT.parent / PICTURE
    picture.parent.mkdir(exist_ok=True)
    chart = Path(__file__).parent / "sidebyside" / "chart.py"
    # Debian's Python has Debian's matplotlib, whichever Python comes first on the PATH.
    done = subprocess.run(
        ["/usr/bin/python3", chart, RESULTS, picture], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise BenchmarkError(
            "the picture could not be drawn (Benchmarks/install-peers installs what it needs):\n"
            + done.stderr
        )


def main() -> int:
    options = arguments()
    if options.write and (options.quick or options.only):
        raise BenchmarkError("--write is for whole runs; leave --quick and --only out")
    rounds = options.rounds or (1 if options.quick else 3)
    seconds = options.seconds or (2 if options.quick else 4)
    binary = options.gateway.resolve()
    if not binary.exists():
        raise BenchmarkError(f"there is no gateway at {binary}; build one with: make build")
    machine = Machine.here()
    if machine.cores < 2:
        raise BenchmarkError(
            "measuring side by side needs two cores: one for the server, one for its clients"
        )
    versions = package_versions(PACKAGES)
    chosen = [
        workload for workload in WORKLOADS if not options.only or workload.name in options.only
    ]
    layouts = [(PINNED, chosen)]
    if not options.quick:
        layouts.append((FREE, [workload for workload in chosen if workload.is_main]))
    began = time.monotonic()
    outcomes: list[Outcome] = []
    for layout, workloads in layouts:
        if not workloads:
            continue
        with Bench(
            build_tools(),
            RUN_DIR / "side-by-side",
            binary,
            layout,
            rounds=rounds,
            seconds=seconds,
            warmup=0.5 if options.quick else 1,
            repeats=0 if options.quick else 20,
        ) as bench:
            outcomes += [measure(bench, workload) for workload in workloads]
    settings = f"{seconds:g} s a server and round, in turn, medians of {rounds}"
    result = {
        "machine": asdict(machine),
        "versions": versions,
        "settings": settings,
        "outcomes": [asdict(outcome) for outcome in outcomes],
    }
    RESULTS.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n")
    print("Goals\n" + aligned(goal_table(outcomes)))
    print(
        f"{time.monotonic() - began:.0f} s in all; everything is in {RESULTS.relative_to(PROJECT)}",
        file=sys.stderr,
    )
    if options.write:
        write_document(outcomes, machine, versions, settings)
    return 0


if __name__ == "__main__":
    # An end like any other, so that servers and their files are gone after it.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    try:
        sys.exit(main())
    except BenchmarkError as error:
        sys.exit(f"error: {error}")
